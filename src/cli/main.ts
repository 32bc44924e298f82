#!/usr/bin/env node
import { handleStrayErrors, report } from './exit.js';
import { program } from './program.js';

handleStrayErrors();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
