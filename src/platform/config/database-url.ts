/** What the query string of DATABASE_URL may say. A misspelt `tls` would otherwise mean a connection in the clear. */
const PARAMETERS = ['poolSize', 'tls', 'tlsCa', 'engine'] as const;
const POOL_SIZE_MAX = 500;

/** @returns sentences that name the variable, and repeat nothing of the address, which holds a password */
export function databaseUrlProblems(name: string, value: string | undefined): string[] {
  if (value === undefined || value.startsWith('sqlite:')) return [];
  const url = new URL(value);
  const parameters = url.searchParams;
  const problems: string[] = [];
  if ([...parameters.keys()].some((key) => !(PARAMETERS as readonly string[]).includes(key))) {
    problems.push(`${name} has a parameter that is not known: ${PARAMETERS.join(', ')} are.`);
  }
  if (url.hostname === '') problems.push(`${name} names no host.`);
  if (url.pathname.length < 2) problems.push(`${name} names no database: it ends in /countersign, for instance.`);
  const poolSize = parameters.get('poolSize');
  if (poolSize !== null && !(/^[1-9]\d{0,2}$/.test(poolSize) && Number(poolSize) <= POOL_SIZE_MAX)) {
    problems.push(`${name}: poolSize must be a number from 1 to ${String(POOL_SIZE_MAX)}.`);
  }
  const tls = parameters.get('tls');
  if (tls !== null && tls !== 'true' && tls !== 'false') problems.push(`${name}: tls must be true or false.`);
  const tlsCa = parameters.get('tlsCa');
  if (tlsCa !== null && (tlsCa === '' || tls !== 'true')) {
    problems.push(`${name}: tlsCa is the path of a PEM file of authorities, and needs tls=true.`);
  }
  const engine = parameters.get('engine');
  if (engine !== null && engine !== 'mysql' && engine !== 'mariadb') {
    problems.push(`${name}: engine must be mysql or mariadb.`);
  }
  return problems;
}
