import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { ConfigError, ENVIRONMENT_NAMES, loadConfig } from '../../src/platform/config/index.js';
import { SHUTDOWN_LIMIT_MS } from '../../src/platform/http/shutdown.js';
import { metricsIn } from '../support/promql.js';

type Json = Record<string, any>;

/** Read by Node itself, and not by the service. */
const OF_NODE = ['UV_THREADPOOL_SIZE', 'NODE_OPTIONS', 'NODE_ENV'];
const KNOWN = [...ENVIRONMENT_NAMES, ...OF_NODE];
const unknownIn = (names: readonly string[]): string[] => names.filter((name) => !KNOWN.includes(name));

const entrypoint = readFileSync('docker/entrypoint.sh', 'utf8');
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');

/** Whether the image knows what to do with these words. */
function isCommand(words: readonly string[]): boolean {
  if (words.length === 1 && ['api', 'worker'].includes(words[0]!)) return true;
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const typed = words.filter((word) => !word.startsWith('--'));
  return COMMANDS.some(
    (command) => command.words.join(' ') === typed.join(' ') && options.every((option) => option in command.options),
  );
}

describe('the image', () => {
  it('starts entries that are built', () => {
    const entries = [...entrypoint.matchAll(/dist\/([\w-]+)\.js/g)].map(([, name]) => name!);
    expect(entries.sort()).toEqual(['cli', 'main', 'worker']);
    for (const name of entries) expect(existsSync(join('src', `${name}.ts`))).toBe(true);
  });

  it('is no root, by a number, and asks after itself without curl', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*"node", "docker\/healthcheck\.mjs"/m);
    expect(dockerfile).toMatch(/^FROM node:\d+-[\w-]+-slim$/m);
    expect(unknownIn([...dockerfile.matchAll(/(?:^ENV | )([A-Z_]+)=/gm)].map(([, name]) => name!))).toEqual([]);
  });

  it('takes from here what there is, and what is not left out', () => {
    const allowed = readFileSync('.dockerignore', 'utf8')
      .match(/^!.+$/gm)!
      .map((line) => line.slice(1));
    for (const path of allowed) expect([path, existsSync(path)]).toEqual([path, true]);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from|\. )(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    );
    expect(copied).toContain('docker/entrypoint.sh');
    for (const path of copied) expect(allowed).toContain(path);
  });

  it('knows its commands', () => {
    for (const words of [['api'], ['worker'], ['migrate'], ['migrate', '--check'], ['audit', 'verify']]) {
      expect(isCommand(words)).toBe(true);
    }
    for (const words of [['server'], ['migrate', '--dry'], ['api', 'now']]) expect(isCommand(words)).toBe(false);
  });
});

describe('the compose file', () => {
  const text = readFileSync('docker/compose.yml', 'utf8');
  const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, Json>; volumes: Json };
  const ours = Object.entries(services).filter(([, { image }]) => image === 'countersign:latest');

  it('waits for services that there are, in a way that they can meet', () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(depends_on as Record<string, { condition: string }>)) {
        expect([name, other, Object.keys(services).includes(other)]).toEqual([name, other, true]);
        if (condition === 'service_healthy') expect(services[other]?.healthcheck).toBeDefined();
        if (condition === 'service_completed_successfully') expect(services[other]?.restart).toMatch(/^on-failure/);
      }
    }
    for (const name of ['api', 'worker']) {
      expect(services[name]?.depends_on.migrate.condition).toBe('service_completed_successfully');
    }
  });

  it('runs commands of the image, with variables that the service reads', () => {
    expect(ours.map(([name]) => name)).toEqual(['migrate', 'api', 'worker']);
    for (const [name, { command, environment }] of ours) {
      expect([name, isCommand(command)]).toEqual([name, true]);
      expect(unknownIn(Object.keys(environment))).toEqual([]);
    }
  });

  it('gives the first administrator to the API alone', () => {
    for (const [name, { environment }] of ours) expect('ADMIN_PASSWORD' in environment).toBe(name === 'api');
  });

  it('lets our processes write nothing but /tmp, and gain nothing', () => {
    for (const [name, service] of ours) {
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({
          ...{ read_only: true, init: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
          tmpfs: [expect.stringMatching(/^\/tmp:.*noexec/)],
        }),
      ]);
      const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period)?.[1]) * 1_000;
      expect(grace).toBeGreaterThan(SHUTDOWN_LIMIT_MS);
      expect(service.user ?? 'of the image').not.toMatch(/root|^0/);
    }
  });

  it('holds no secret, and has none with a default', () => {
    const secrets = /\$\{(\w*(?:PASSWORD|SECRET)\w*)(:?[-?])?/g;
    const found = [...text.matchAll(secrets)];
    expect(found.length).toBeGreaterThan(4);
    for (const [, name, kind] of found) expect([name, kind]).toEqual([name, ':?']);
    const example = readFileSync('docker/.env.example', 'utf8');
    for (const name of new Set(found.map(([, each]) => each!))) expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  it('opens ports to this machine alone, mounts files that there are, and uses volumes that it declares', () => {
    for (const [name, { ports = [], volumes: mounts = [] }] of Object.entries(services)) {
      for (const port of ports as string[]) expect([name, port]).toEqual([name, expect.stringMatching(/127\.0\.0\.1/)]);
      for (const mount of mounts as string[]) {
        const [source = ''] = mount.split(':');
        if (source.startsWith('.')) expect([source, existsSync(join('docker', source))]).toEqual([source, true]);
        else expect(Object.keys(volumes)).toContain(source);
      }
    }
  });

  it('names the version of what it does not build', () => {
    for (const { image } of Object.values(services)) {
      expect(image).toMatch(/^(countersign:latest|[\w./-]+:v?\d[\w.-]*)$/);
    }
  });

  it('shows Grafana a source and a dashboard', () => {
    const provisioning = 'docker/grafana/provisioning';
    const { datasources } = parse(readFileSync(`${provisioning}/datasources/prometheus.yml`, 'utf8')) as Json;
    expect(datasources).toEqual([expect.objectContaining({ type: 'prometheus', url: 'http://prometheus:9090' })]);
    const { providers } = parse(readFileSync(`${provisioning}/dashboards/countersign.yml`, 'utf8')) as Json;
    const targets = (services.grafana?.volumes as string[]).map((mount) => mount.split(':')[1]);
    expect(targets).toContain(`${String(providers[0].options.path)}/countersign.json`);
  });
});

describe('the Kubernetes manifests', () => {
  const folder = 'docker/kubernetes';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  const objects = files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
      expect(document.errors).toEqual([]);
      return { file, object: document.toJSON() as Json };
    }),
  );
  const ofKind = (kind: string): Json[] =>
    objects.filter(({ object }) => object.kind === kind).map(({ object }) => object);
  const [configMap] = ofKind('ConfigMap') as [Json];
  const [secret] = ofKind('Secret') as [Json];
  const workloads = [...ofKind('Deployment'), ...ofKind('Job')];
  const podsOf = (workload: Json): Json => workload.spec.template.spec as Json;
  const containersOf = (workload: Json): Json[] => [
    ...((podsOf(workload).initContainers ?? []) as Json[]),
    ...(podsOf(workload).containers as Json[]),
  ];
  const labelsOf = (workload: Json): Json => workload.spec.template.metadata.labels as Json;

  it('are all listed, but for the example, and of no namespace', () => {
    const listed = ['.', 'keda'].flatMap((part) => {
      const { resources } = parse(readFileSync(join(folder, part, 'kustomization.yaml'), 'utf8')) as Json;
      return (resources as string[]).map((name) => join(part, name));
    });
    const there = files.filter((name) => !name.endsWith('kustomization.yaml') && name !== 'secret.example.yaml');
    expect(listed.sort()).toEqual(there.sort());
    for (const { object } of objects) expect(object.metadata?.namespace).toBeUndefined();
    const names = objects
      .filter(({ object }) => object.metadata)
      .map(({ object }) => `${object.kind} ${object.metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('run commands of the image, with variables that the service reads', () => {
    expect(workloads.map(({ metadata }) => metadata.name)).toEqual([
      'countersign-api',
      'countersign-worker',
      'countersign-migrate',
    ]);
    for (const container of workloads.flatMap(containersOf)) {
      expect([container.args, isCommand(container.args)]).toEqual([container.args, true]);
      expect(unknownIn(((container.env ?? []) as { name: string }[]).map(({ name }) => name))).toEqual([]);
      expect(container.envFrom).toEqual([
        { configMapRef: { name: configMap.metadata.name } },
        { secretRef: { name: secret.metadata.name } },
      ]);
    }
    expect(unknownIn([...Object.keys(configMap.data), ...Object.keys(secret.stringData)])).toEqual([]);
  });

  it('are no root, write nothing but /tmp, and hold no token of the cluster', () => {
    for (const workload of workloads) {
      const pod = podsOf(workload);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(`${String(pod.securityContext.runAsUser)}:${String(pod.securityContext.runAsGroup)}`).toBe(
        /^USER (.+)$/m.exec(dockerfile)?.[1],
      );
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(ofKind('ServiceAccount').map(({ metadata }) => metadata.name)).toContain(pod.serviceAccountName);
      for (const container of containersOf(workload)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
        expect(container.resources).toMatchObject({
          requests: { memory: expect.anything() },
          limits: expect.anything(),
        });
      }
      expect(pod.volumes).toEqual([expect.objectContaining({ name: 'tmp', emptyDir: expect.anything() })]);
    }
  });

  it('are asked the right questions, and given the time that they need to end', () => {
    for (const workload of ofKind('Deployment')) {
      const [container] = podsOf(workload).containers as [Json];
      const paths = ['startupProbe', 'readinessProbe', 'livenessProbe'].map((probe) => container[probe].httpGet.path);
      // Were the database asked by the last one, its outage would have every process started anew.
      expect(paths).toEqual(['/health/live', '/health/ready', '/health/live']);
      expect(container.ports).toEqual([{ name: 'http', containerPort: 3000 }]);
      const [, pause] = container.lifecycle.preStop.exec.command as [string, string];
      const grace = podsOf(workload).terminationGracePeriodSeconds as number;
      expect(grace * 1_000).toBeGreaterThan(Number(pause) * 1_000 + SHUTDOWN_LIMIT_MS);
      const [waiting] = podsOf(workload).initContainers as [Json];
      expect(waiting.args).toEqual(['migrate', '--check']);
    }
  });

  it('choose each other by labels that they carry', () => {
    const pods = workloads.map(labelsOf);
    const fits = (selector: Json): boolean =>
      pods.some((labels) => Object.entries(selector).every(([name, value]) => labels[name] === value));
    const selectors = [
      ...ofKind('Service').map(({ spec }) => spec.selector),
      ...ofKind('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
      ...ofKind('NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels),
      ...ofKind('Deployment').map(({ spec }) => spec.selector.matchLabels),
    ];
    expect(selectors).toHaveLength(7);
    for (const selector of selectors) expect([selector, fits(selector)]).toEqual([selector, true]);
    const scaled = [...ofKind('HorizontalPodAutoscaler'), ...ofKind('ScaledObject')].map(
      ({ spec }) => spec.scaleTargetRef.name,
    );
    expect(scaled).toEqual(['countersign-api', 'countersign-worker']);
    // Who is counted by an autoscaler must not be reset to a number by the next apply.
    expect(ofKind('Deployment')[0]?.spec.replicas).toBeUndefined();
  });

  it('scale the workers by metrics that there are', () => {
    const [scaled] = ofKind('ScaledObject') as [Json];
    const queries = (scaled.spec.triggers as Json[]).map(({ metadata }) => metadata.query as string);
    expect(queries.map(metricsIn)).toEqual([['queue_depth'], ['queue_depth']]);
    expect(scaled.spec.minReplicaCount).toBeGreaterThan(0);
  });

  it('do not start in production with the example of a secret', () => {
    const start = (over: Record<string, string>) => () =>
      loadConfig({ ...configMap.data, ...secret.stringData, ...over }, 'production');
    expect(start({})).toThrow(ConfigError);
    expect(start({})).toThrow(/SECRET_KEYS is missing/);
    for (const value of Object.values(secret.stringData)) expect(value).toBe('');
    // And do, once it is filled in: what the map says is sound.
    const filled = {
      DATABASE_URL: 'mysql://u:p@db/x?tls=true',
      REDIS_URL: 'rediss://r',
      SMTP_URL: 'smtp://m',
      SECRET_KEYS: 'k1:x',
    };
    expect(start(filled)()).toMatchObject({ trustProxy: 1, tracing: null, replicaUrl: null, redisUrl: 'rediss://r' });
  });
});
