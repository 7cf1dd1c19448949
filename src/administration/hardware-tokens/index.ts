import type { Provider } from '@nestjs/common';
import { HardwareTokensResolver } from './hardware-tokens.resolver.js';
import { TokenHolders } from './token-holders.service.js';
import { TokenStock } from './token-stock.service.js';

export const HARDWARE_TOKENS_ADMINISTRATION: Provider[] = [TokenStock, TokenHolders, HardwareTokensResolver];
