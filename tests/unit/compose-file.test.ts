import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly volumes?: readonly string[];
}

describe('docker-compose.temporal.yml', () => {
  const path = join(__dirname, '..', '..', 'docker-compose.temporal.yml');
  const file = parse(readFileSync(path, 'utf8'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  const services = Object.entries(file.services);

  it('runs Temporal, PostgreSQL and the UI', () => {
    expect(Object.keys(file.services).sort()).toEqual(['postgresql', 'temporal', 'temporal-ui']);
  });

  it.each(services)('%s has a pinned image, a health check and ports on loopback only', (_name, service) => {
    expect(service.image).toMatch(/:\d+\.\d+/);
    expect(service.healthcheck).toBeDefined();
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('starts each service after a healthy one that exists, and names its volumes', () => {
    const waits = services.flatMap(([, { depends_on: on }]) => Object.entries(on ?? {}));
    for (const [name, { condition }] of waits) {
      expect([Object.keys(file.services).includes(name), condition]).toEqual([true, 'service_healthy']);
    }
    const volumes = services.flatMap(([, service]) => (service.volumes ?? []).map((text) => text.split(':')[0]));
    expect(volumes).toEqual(Object.keys(file.volumes));
  });
});
