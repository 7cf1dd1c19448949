import { Controller, Get } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { Public } from '../../shared/access.js';
import { AccessTokensService } from './access-tokens.service.js';

@Controller('.well-known')
export class JwksController {
  constructor(private readonly accessTokens: AccessTokensService) {}

  @Get('jwks.json')
  @Public()
  keys(): JSONWebKeySet {
    return this.accessTokens.publicKeys();
  }
}
