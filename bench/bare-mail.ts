import { createTransport } from 'nodemailer';

/** What nodemailer's own pool sends in a second, with as many connections as the bulk lane has. */
process.on('message', ({ url, count }: { url: string; count: number }) => void run(url, count));

async function run(url: string, count: number): Promise<void> {
  const pool = createTransport({ url, pool: true, maxConnections: 4, ignoreTLS: true } as never);
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      pool.sendMail({
        from: { name: 'Bench', address: 'service@example.com' },
        to: `bulk${String(index)}@example.com`,
        subject: 'Confirm your e-mail address',
        text: 'Please confirm your e-mail address by this link: http://localhost:3000/confirm-email?token=0123456789abcdef\n'.repeat(
          4,
        ),
        html: '<p>Please confirm your e-mail address by this link.</p>'.repeat(12),
      }),
    ),
  );
  pool.close();
  process.send?.({ perSecond: (count * 1_000) / (performance.now() - begun) });
}
