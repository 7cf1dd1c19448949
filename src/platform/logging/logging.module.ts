import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PinoLoggerService } from './pino-logger.service.js';

@Global()
@Module({})
export class LoggingModule {
  static forRoot(logger: PinoLoggerService): DynamicModule {
    return {
      module: LoggingModule,
      providers: [{ provide: PinoLoggerService, useValue: logger }],
      exports: [PinoLoggerService],
    };
  }
}
