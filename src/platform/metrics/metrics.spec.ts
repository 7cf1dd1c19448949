import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('counts', async () => {
    const metrics = new Metrics();
    metrics.signIn('refused', 'TOTP');
    metrics.signIn('refused', 'TOTP');
    metrics.codeSent('EMAIL', 1.5);
    metrics.message('FAILED');
    metrics.lockout();
    metrics.request('/graphql', 200, 0.004);
    metrics.readQueueDepth(() => Promise.resolve({ codes: 3, bulk: 0 }));
    metrics.readHashLine(() => 7);
    const text = await metrics.text();
    for (const line of [
      'sign_ins_total{outcome="refused",method="TOTP"} 2',
      'codes_sent_total{channel="EMAIL"} 1',
      'code_delay_seconds_sum 1.5',
      'messages_total{status="FAILED"} 1',
      'lockouts_total 1',
      'http_request_duration_seconds_count{route="/graphql",status="200"} 1',
      'queue_depth{lane="codes"} 3',
      'queue_depth{lane="bulk"} 0',
      'hash_line 7',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('stays readable when the queue is not', async () => {
    const metrics = new Metrics();
    metrics.readQueueDepth(() => Promise.reject(new Error('down')));
    metrics.lockout();
    const text = await metrics.text();
    expect(text).toContain('lockouts_total 1');
    expect(text).not.toContain('queue_depth{');
  });

  it('two applications in one process do not share numbers', async () => {
    const [one, two] = [new Metrics(), new Metrics()];
    one.lockout();
    expect(await two.text()).toContain('lockouts_total 0');
  });
});
