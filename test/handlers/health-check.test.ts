import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHealthResponse, encodeHealthRequest } from '../../src/handlers/health-check.ts';

test.each([
  ['', ''],
  ['db', '0a026462'],
  ['é', '0a02c3a9'],
])('a request for %j', (service, hex) => {
  expect(encodeHealthRequest(service).toString('hex')).toBe(hex);
});

test('a long name has a length of two bytes', () => {
  expect(encodeHealthRequest('x'.repeat(300)).subarray(0, 3).toString('hex')).toBe('0aac02');
});

test.each([
  ['', 'UNKNOWN'],
  ['0800', 'UNKNOWN'],
  ['0801', 'SERVING'],
  ['0802', 'NOT_SERVING'],
  ['0803', 'SERVICE_UNKNOWN'],
  ['0809', '9'],
  ['08020801', 'SERVING'],
  ['1203616263' + '0801', 'SERVING'],
  ['19' + '00'.repeat(8) + '25' + '00'.repeat(4) + '1005' + '0801', 'SERVING'],
])('an answer %s is %s', (hex, status) => {
  expect(decodeHealthResponse(Buffer.from(hex, 'hex'))).toBe(status);
});

test('any bytes are an answer or an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      try {
        expect(typeof decodeHealthResponse(Buffer.from(bytes))).toBe('string');
      } catch (error) {
        expect((error as Error).message).toMatch(/^not a HealthCheckResponse/);
      }
    }),
  );
});
