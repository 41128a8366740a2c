import type { Diagnostic } from '../automation/diagnostic';
import { diagnosticCodes, type DiagnosticCode } from '../automation/diagnostic-codes';
import { didYouMean } from '../automation/nearest-name';
import { prefixed } from '../events/app-names';
import { CURRENT_VERSION, type CompiledImport } from './compile-import';
import { compileParts, type WorkspaceParts, type WorkspaceSource } from './compile-parts';
import { linkCalls, type DirectInstance } from './link-calls';

/** Where apps come from: what was published, and the folders beside the workspace. */
export interface AppSources {
  /**
   * A published app by its slug; else by name of the folder, or slug of the workspace in it.
   * @returns always the same object for the same version
   */
  find(appSlug: string, appVersion: string): WorkspaceSource | undefined;
  /** Besides `current`; a folder has none. Undefined: there is no such app. */
  versionsOf(appSlug: string): readonly string[] | undefined;
  /** For hints. */
  readonly names: readonly string[];
}

export const NO_APPS: AppSources = { find: () => undefined, versionsOf: () => undefined, names: [] };

/** The workspace itself (slug `''`), or an app installed in it, at any depth. */
export interface Instance {
  /** Full slug. */
  readonly slug: string;
  readonly parts: WorkspaceParts;
  readonly import?: CompiledImport;
}

export interface Installed {
  /** The root first, each one before what is installed in it. */
  readonly instances: readonly Instance[];
  /** At the workspace's own imports and calls. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Apps that install apps twice grow by powers of two. */
const MAXIMUM_INSTANCES = 500;

/**
 * Installs the apps of a workspace, and theirs. A branch that cannot be installed is left out and reported at the
 * workspace's own import, whatever its depth; an app whose own files are flawed is installed as far as it goes.
 */
export function installApps(root: WorkspaceParts, apps: AppSources): Installed {
  const installer = new Installer(apps);
  installer.install({ slug: '', parts: root }, [root.workspaceId], undefined);
  return { instances: installer.instances, diagnostics: [...installer.diagnostics, ...installer.linkOf(root)] };
}

class Installer {
  readonly instances: Instance[] = [];
  readonly diagnostics: Diagnostic[] = [];
  private readonly compiled = new Map<WorkspaceSource, WorkspaceParts>();
  private readonly links = new Map<WorkspaceParts, readonly Diagnostic[]>();

  constructor(private readonly apps: AppSources) {}

  /** @param around workspaces from the root to this one   @param top the root's import that this one hangs on */
  install(instance: Instance, around: readonly string[], top: CompiledImport | undefined): void {
    this.instances.push(instance);
    for (const one of instance.parts.imports) {
      if (one.disabled) continue;
      const at = top ?? one;
      const within = instance.slug === '' ? '' : `In \`${instance.slug}\`: `;
      const report = (code: DiagnosticCode, message: string, hint?: string): void => {
        // The version stands there only where the import itself is the workspace's own.
        const place = code === 'APP_VERSION' && at === one ? one.versionPlace : at.place;
        const { severity } = diagnosticCodes[code];
        this.diagnostics.push({
          code,
          severity,
          message: within + message,
          ...place,
          ...(hint !== undefined && { hint }),
        });
      };
      const parts = this.partsFor(one, around, report);
      if (parts === undefined) continue;
      if (this.instances.length > MAXIMUM_INSTANCES)
        return report('APP_LIMIT', `More than ${MAXIMUM_INSTANCES} app instances`, 'install fewer apps in apps');
      this.reportBroken(parts, one, report);
      this.install({ slug: prefixed(instance.slug, one.slug), parts, import: one }, [...around, parts.workspaceId], at);
    }
  }

  private partsFor(
    { appSlug, appVersion }: CompiledImport,
    around: readonly string[],
    report: (code: DiagnosticCode, message: string, hint?: string) => void,
  ): WorkspaceParts | undefined {
    const source = this.apps.find(appSlug, appVersion);
    const versions = this.apps.versionsOf(appSlug);
    if (versions === undefined) {
      const hint =
        didYouMean(appSlug, this.apps.names) ?? `publish it, or make a folder ${appSlug}/ beside this workspace's`;
      report('APP_UNKNOWN', `There is no app \`${appSlug}\``, hint);
    } else if (source === undefined) {
      const [newest] = versions;
      const has =
        newest === undefined
          ? `A folder has no version \`${appVersion}\` of \`${appSlug}\`, only \`${CURRENT_VERSION}\``
          : `The app \`${appSlug}\` has no version \`${appVersion}\``;
      report(
        'APP_VERSION',
        has,
        newest === undefined ? 'remove `appVersion`' : (didYouMean(appVersion, versions) ?? `the newest is ${newest}`),
      );
    } else if (around.includes(source.workspaceId)) {
      const cycle = [...around.slice(around.indexOf(source.workspaceId)), source.workspaceId].join(' -> ');
      report('APP_RECURSIVE', `An app cannot be installed inside itself: ${cycle}`, 'remove one of these imports');
    } else {
      return this.partsOf(source);
    }
    return undefined;
  }

  /** What is wrong inside is told in full where the app itself is deployed. */
  private reportBroken(
    parts: WorkspaceParts,
    { appSlug }: CompiledImport,
    report: (code: DiagnosticCode, message: string, hint?: string) => void,
  ): void {
    const errors = [...parts.diagnostics, ...this.linkOf(parts)].filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first === undefined) return;
    const where = `${parts.workspaceId}/${first.file}${first.line === undefined ? '' : `:${first.line}`}`;
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    report('APP_BROKEN', `The app \`${appSlug}\` has ${count}: ${where}: ${first.message}`, 'mend the app');
  }

  private partsOf(source: WorkspaceSource): WorkspaceParts {
    const parts = this.compiled.get(source) ?? compileParts(source);
    this.compiled.set(source, parts);
    return parts;
  }

  /** The calls of one workspace. They depend on its own files and those of its apps only. */
  linkOf(parts: WorkspaceParts): readonly Diagnostic[] {
    const found = this.links.get(parts) ?? linkCalls(parts, this.directOf(parts));
    this.links.set(parts, found);
    return found;
  }

  private directOf(parts: WorkspaceParts): ReadonlyMap<string, DirectInstance> {
    return new Map(
      parts.imports.map((one): [string, DirectInstance] => {
        if (one.disabled) return [one.slug, 'disabled'];
        const source = this.apps.find(one.appSlug, one.appVersion);
        return [one.slug, source === undefined || source.workspaceId === parts.workspaceId ? 'unresolved' : this.partsOf(source)];
      }),
    ); // prettier-ignore
  }
}
