export function missingFromSchema(contractSdl: string, servedSdl: string): string[];
export function readContract(): string;
export const SERVED_SCHEMA: string;
