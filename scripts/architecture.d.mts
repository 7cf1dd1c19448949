export interface Source {
  path: string;
  text: string;
}
export interface Edge {
  from: string;
  to: string;
  typeOnly: boolean;
}
export const DIRECTION: Record<string, string[] | '*'>;
export const FEATURES: string[];
export const MODULES_DIAGRAM: string;
export function mayImport(from: string, to: string): boolean;
export function unitOf(path: string): string;
export function importsOf(text: string): { specifier: string; typeOnly: boolean }[];
export function sourcesIn(folder: string, extensions?: string[]): Source[];
export function productSources(): Source[];
export function edgesOf(sources: Source[]): Edge[];
export function forbiddenEdges(edges: Edge[]): string[];
export function findCycle(graph: Map<string, Iterable<string>>): string[] | null;
export function graphOf(edges: Edge[], key?: (path: string) => string): Map<string, Set<string>>;
export function drawModules(sources?: Source[]): string;
