import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ACCESS_METADATA, type AccessRule } from '../../shared/access.js';

/** For a process without sign-in: only what states that it is public. */
@Injectable()
export class PublicRoutesGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const rule = Reflect.getMetadata(ACCESS_METADATA, execution.getHandler()) as AccessRule | undefined;
    return rule?.kind === 'public';
  }
}
