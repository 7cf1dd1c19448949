import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('counts', async () => {
    const metrics = new Metrics();
    metrics.signIn('refused', 'TOTP');
    metrics.signIn('refused', 'TOTP');
    metrics.codeSent('EMAIL', 1.5);
    metrics.message('EMAIL', 'FAILED');
    metrics.message('SMS', 'EXPIRED', 3);
    metrics.graphqlError('SERVICE_BUSY');
    metrics.graphqlError('what a client made up');
    metrics.replicaRead('fallback');
    metrics.sealingRound('ok');
    metrics.lockout();
    metrics.request('/graphql', 200, 0.004);
    metrics.readQueueDepth(() => Promise.resolve({ codes: 3, bulk: 0 }));
    metrics.readHashLine(() => 7);
    metrics.readHashRefusals(() => 4);
    metrics.readAuditBacklog(() => Promise.resolve(12));
    const text = await metrics.text();
    for (const line of [
      'sign_ins_total{outcome="refused",method="TOTP"} 2',
      'codes_sent_total{channel="EMAIL"} 1',
      'code_delay_seconds_sum{channel="EMAIL"} 1.5',
      'messages_total{channel="EMAIL",result="FAILED"} 1',
      'messages_total{channel="SMS",result="EXPIRED"} 3',
      'graphql_errors_total{code="SERVICE_BUSY"} 1',
      'graphql_errors_total{code="BAD_REQUEST"} 1',
      'replica_reads_total{source="fallback"} 1',
      'audit_sealing_rounds_total{result="ok"} 1',
      'hash_refusals_total 4',
      'audit_unsealed_seconds 12',
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

  it('does not ask the database at each reading, nor shows what it could not learn', async () => {
    const metrics = new Metrics();
    let asked = 0;
    metrics.readAuditBacklog(() => {
      asked += 1;
      return asked === 1 ? Promise.resolve(5) : Promise.reject(new Error('down'));
    }, 50);
    await metrics.text();
    expect(await metrics.text()).toContain('\naudit_unsealed_seconds 5\n');
    expect(asked).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await metrics.text()).not.toContain('\naudit_unsealed_seconds ');
    expect(asked).toBe(2);
  });

  it('stays readable when the database says nothing', async () => {
    const metrics = new Metrics();
    metrics.readAuditBacklog(() => new Promise(() => undefined));
    const began = performance.now();
    expect(await metrics.text()).toContain('lockouts_total 0');
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('counts what hashes were refused anew at each reading', async () => {
    const metrics = new Metrics();
    metrics.readHashRefusals(() => 4);
    await metrics.text();
    expect(await metrics.text()).toContain('\nhash_refusals_total 4\n');
  });

  it('two applications in one process do not share numbers', async () => {
    const [one, two] = [new Metrics(), new Metrics()];
    one.lockout();
    expect(await two.text()).toContain('lockouts_total 0');
  });
});
