import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addDataOptions, dataOptions } from '../../../src/cli/data-options.js';

const parsed = (...args: string[]) => dataOptions(addDataOptions(new Command()).parse(args, { from: 'user' }).opts());

test('a list that is given twice has the names of both, a single value is the last one', () => {
  expect(parsed('--drop', 'a,b', '--drop', 'c', '--label', 'x', '--label', 'y')).toEqual({ drop: 'a,b,c', label: 'y' });
});
