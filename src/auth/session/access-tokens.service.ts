import { Inject, Injectable } from '@nestjs/common';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { Clock, KeyRing, signingKeys } from '../../platform/crypto/index.js';
import { ACCESS_SECONDS, earlier, plusSeconds } from './session.times.js';
import type { SessionEntity } from './session.entity.js';

const TYPE = 'at+jwt';
const AUDIENCE = 'countersign';
const KEPT = 5_000;

export interface AccessClaims {
  sessionId: string;
  userId: string;
  expiresAt: Date;
}

/** Access tokens: EdDSA over Ed25519 (RFC 8037), ten minutes, with type and audience checked (RFC 9068). */
@Injectable()
export class AccessTokensService {
  private readonly keys;
  private readonly jwks: JSONWebKeySet;
  private readonly keySet;
  /** Signatures that were checked already. What they stand for is still looked up at each request. */
  private readonly checked = new Map<string, AccessClaims>();

  constructor(
    ring: KeyRing,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.keys = signingKeys(ring);
    this.jwks = { keys: this.keys.map(({ publicJwk }) => ({ ...publicJwk })) };
    this.keySet = createLocalJWKSet(this.jwks);
  }

  /** What `/.well-known/jwks.json` serves, so that applications can check tokens themselves. */
  publicKeys(): JSONWebKeySet {
    return this.jwks;
  }

  async issue(session: SessionEntity): Promise<{ token: string; expiresAt: Date }> {
    const [key] = this.keys;
    if (key === undefined) throw new Error('There is no signing key.');
    const now = this.clock.now();
    const expiresAt = earlier(plusSeconds(now, ACCESS_SECONDS), session.expiresAt);
    const token = await new SignJWT({ sid: session.id, org: session.organizationId, amr: session.amr })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: TYPE })
      .setSubject(session.userId)
      .setIssuer(this.config.publicUrl)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(expiresAt)
      .sign(key.privateKey);
    return { token, expiresAt };
  }

  /** Null for whatever is not a token of ours that is still good. */
  async read(token: string): Promise<AccessClaims | null> {
    const now = this.clock.now();
    const known = this.checked.get(token);
    if (known !== undefined) return known.expiresAt > now ? known : null;
    try {
      const { payload } = await jwtVerify(token, this.keySet, {
        algorithms: ['EdDSA'],
        typ: TYPE,
        audience: AUDIENCE,
        issuer: this.config.publicUrl,
        currentDate: now,
        requiredClaims: ['sub', 'exp', 'sid'],
      });
      const { sub, exp, sid } = payload;
      if (sub === undefined || exp === undefined || typeof sid !== 'string') return null;
      const claims = { sessionId: sid, userId: sub, expiresAt: new Date(exp * 1000) };
      this.keep(token, claims);
      return claims;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  private keep(token: string, claims: AccessClaims): void {
    if (this.checked.size >= KEPT) {
      const oldest = this.checked.keys().next();
      if (!oldest.done) this.checked.delete(oldest.value);
    }
    this.checked.set(token, claims);
  }
}
