// npm run fuzz:kernels -- 1000 1 u8x4_c (matrices, seed, end of a kernel's name; all kernels without it): runs campaign.ts, which is TypeScript, through vite's module runner.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('campaign.ts', import.meta.url)), {
  logLevel: 'warn',
  configFile: false,
});
process.exitCode = await module.runCampaign(process.argv.slice(2));
