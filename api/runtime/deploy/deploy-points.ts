/** The steps of a deployment, in their order. A crash at any of them leaves the old release in force or the new one. */
export const DEPLOY_POINTS = [
  'compiled',
  'stored',
  'reconciled',
  'begun',
  'written',
  'announced',
  'activated',
  'finished',
] as const;
export type DeployPoint = (typeof DEPLOY_POINTS)[number];

/** Where tests stop a deployment: they put their own function here. */
export const deployPoints: { at(point: DeployPoint): Promise<void> | void } = { at: () => undefined };

export const reach = async (point: DeployPoint): Promise<void> => deployPoints.at(point);
