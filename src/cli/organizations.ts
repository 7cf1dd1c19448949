import { type OrganizationEntity, OrganizationsService } from '../organizations/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { CommandFailure, UsageError } from './command.js';
import type { Get } from './context.js';

/** All of them, or the one that was named. @throws CommandFailure where there is none */
export async function organizationsNamed(get: Get, name: string | null): Promise<OrganizationEntity[]> {
  const all = await get(UnitOfWork).read((tx) => get(OrganizationsService).all(tx));
  const named = name === null ? all : all.filter((organization) => organization.name === name);
  if (named.length > 0) return named;
  throw new CommandFailure(name === null ? 'There is no organization yet.' : 'There is no organization of this name.');
}

/** The one that was named; without a name the only one there is. */
export async function theOrganization(get: Get, name: string | null): Promise<OrganizationEntity> {
  const [first, ...others] = await organizationsNamed(get, name);
  if (first === undefined || others.length > 0) {
    throw new UsageError('There are several organizations: name one by --organization.');
  }
  return first;
}
