import { type Command, CommanderError, Option } from 'commander';
import type { App } from '../build/firmware.js';
import { forgetFilesRead } from '../read-file.js';
import { VERSION } from '../version.js';
import { RnnqCommand } from './command.js';
import { addCompileOptions, MAX_COUNT } from './compile-options.js';
import { addDataOptions, addStreamDataOptions, DATA_SPEC } from './data-options.js';
import { choice, choiceArgument, hourlyRate, number, seconds, wholeNumber } from './option-values.js';
import { addTrainOptions } from './train-options.js';
import { addTrialOptions } from './trial-options.js';

/** The command line, as commander knows it: importing it runs nothing. */
export const program = new RnnqCommand('rnnq')
  .description('Compiles quantized recurrent networks to plain fixed-point C for microcontrollers, proven bit for bit.')
  .version(VERSION, '-v, --version', 'print the version')
  .addOption(new Option('-V').hideHelp()) // the version's letter before -v
  .exitOverride()
  .addHelpText(
    'afterAll',
    `
Exit codes: 0 good; 1 a fault in the files, data, tools or boards named, or a comparison or limit that failed;
2 a command line that is wrong whatever the files hold; 70 a bug in rnnq (130: ended by Ctrl-C).`,
  );

program.hook('preAction', forgetFilesRead);

program.on('option:V', () => {
  process.stdout.write(`${VERSION}\n`);
  throw new CommanderError(0, 'commander.version', VERSION);
});

const force = () =>
  new Option('--force', 'replace files in the way that were changed, or not written by rnnq; prints which');
const json = () => new Option('--json', 'machine-readable result on stdout');

addCompileOptions(program.command('compile <model>'), { core: 'host' })
  .description('model.json -> plain fixed-point C')
  .option('-o, --output <folder>', 'folder to write', 'out')
  .option('--dump <folder>', 'write the program after every pass, and the plan, as text')
  .option('--explain', 'print which kernels could do each product, what they cost, and which was chosen')
  .option('-p, --package <kind>', 'cmake, c, arduino, platformio, zephyr or single-file', 'cmake')
  .addOption(force())
  .addOption(json())
  .action(async (model, options) => (await import('./commands/compile.js')).run(model, options));

addCompileOptions(program.command('verify <model>'), { cores: 'all' })
  .description('compile, build, run on the host and in QEMU, compare every state and output with the golden')
  .option('--inputs <file>', 'more sequences: codes.npy of rnnq data --export, or raw codes of whole steps')
  .option('--optimization <level>', 'of gcc: -O0, -Og, -O1, -Os, -Oz, -O2, -O3 or -Ofast', '-O2')
  .addOption(json())
  .action(async (model, options) => (await import('./commands/verify.js')).run(model, options));

addCompileOptions(program.command('prove <model>'), { core: 'host' })
  .description(
    'what is proven of a model without running it: ranges, the plan, and the C itself where Frama-C is installed',
  )
  .option('--require-eva', 'fail where Frama-C is missing, rather than leave its part out')
  .addOption(json())
  .action(async (model, options) => (await import('./commands/prove.js')).run(model, options));

const firmwareFolder = () => new Option('-o, --output <folder>', 'folder to write (default: firmware/<board>)');

// named here, so that the command line is known without loading what builds
const APPS = ['golden', 'stream'] as const satisfies readonly App[];

/** What the firmware does. */
const app = () =>
  choice('--app <which>', 'golden: plays the golden and compares; stream: takes samples from the computer', [
    ...APPS,
  ]).default('golden');

addCompileOptions(program.command('build <model>'), 'board')
  .description('model.json -> firmware for a board, checked against the requirements of the chip')
  .addOption(app())
  .addOption(firmwareFolder())
  .addOption(force())
  .addOption(json())
  .action(async (model, options) => (await import('./commands/build.js')).run(model, options));

/** Options of the commands that write a board. */
const writing = (command: Command): Command =>
  addCompileOptions(command, 'board')
    .addOption(firmwareFolder())
    .addOption(force())
    .option('-r, --runner <tool>', 'tool to write with, or qemu or rp2040js; rnnq boards lists them')
    .option('--serial <number>', 'serial number of the probe, where there are several')
    .option('--port <path>', 'serial port of the board')
    .option('--volume <folder>', 'mounted volume of the boot loader')
    .option('--dry-run', 'print the commands, do not run them');

writing(program.command('flash <model>').description('build and write to the board'))
  .addOption(app())
  .addOption(json())
  .action(async (model, options) => (await import('./commands/flash.js')).run(model, options));

writing(
  program
    .command('run <model>')
    .description('build, write to the board or its emulator, run, compare every step with the golden'),
)
  .option(
    '--input <file>',
    'a recording (WAV, or a table of counts) goes through the board instead: codes, logits and events are compared',
  )
  .addOption(choice('--channel <channel>', 'of a stereo WAV file: left, right or mix', ['left', 'right', 'mix']))
  .option(
    '--timeout <seconds>',
    'how long to wait for the board (60, and 30 for each second of --input)',
    number('--timeout', 0.1, 1e6),
  )
  .addOption(json())
  .action(async (model, options) => (await import('./commands/run.js')).run(model, options));

program
  .command('monitor')
  .description('print what a board sends on its serial port')
  .option('-b, --board <id>', 'find the port by the USB ids of this board')
  .option('--port <path>', 'serial port')
  .option('--baud <rate>', 'baud rate', wholeNumber('--baud', 1, 1e8), 115200)
  .option('--timeout <seconds>', 'stop after this many seconds', number('--timeout', 0.1, 1e6))
  .action(async (options) => (await import('./commands/monitor.js')).run(options));

program
  .command('boards')
  .description('boards that rnnq builds for, and what writes them')
  .addOption(new Option('--connected', 'only those that are plugged in now').conflicts('model'))
  .option('--model <model>', 'where this model fits, with the time of a step at each clock')
  .addOption(json())
  .action(async (options) => (await import('./commands/boards.js')).run(options));

addDataOptions(
  addCompileOptions(program.command('report <models...>'), { core: 'host' })
    .description(
      'footprint: flash, RAM, stack, cycles, accuracy, as text, as a page, as JSON; judged by budgets; of several models side by side',
    )
    .option('--cycles', 'count instructions in QEMU and model cycles, of a step, of every call and layer')
    .option('--html <file>', 'write a self-contained page, with cycles where the core is emulated')
    .option('--markdown <file>', 'write a summary in Markdown')
    .addOption(force())
    .option('--data <data>', `measure the accuracy on their test part: ${DATA_SPEC}`)
    .option('--most <n>', 'maximum number of sequences to measure', wholeNumber('--most', 1, MAX_COUNT))
    .option('--run <folder>', "run folder with the curves of the training (default: the model's own)")
    .option('--evaluation <file>', 'show what rnnq eval --stream --json printed: misses over false alarms')
    .option('--baseline <report>', 'compare with an earlier rnnq report --json')
    .option('--budget <limits>', 'fail above flash=..,ram=..,stack=..,cycles=..,time=5ms,accuracy=..,growth=2%')
    .addOption(json()),
).action(async (models, options) => (await import('./commands/report.js')).run(models, options));

addDataOptions(program.command('data <data>'))
  .option('--model <file>', 'a trained model, as whose data these are read and scaled')
  .option('--export <file>', 'write the codes of all parts as .npy, labels and lengths beside it')
  .description(`what the trainer makes of data: parts, lengths, classes, saturated codes; ${DATA_SPEC}`)
  .addOption(json())
  .action(async (data, options) => (await import('./commands/data.js')).run(data, options));

addDataOptions(program.command('eval <model>'))
  .description('accuracy of the float, the quantized and the fixed-point network, side by side')
  .option('--data <data>', DATA_SPEC)
  .option(
    '--most <n>',
    'maximum number of sequences (of a stream: pieces of 1,000 steps) to measure',
    wholeNumber('--most', 1, MAX_COUNT),
  )
  .option('--run <folder>', 'run folder that plots go into (default: that of the model)')
  .option('--stream', 'as a stream that is never reset: reports beside marked times, false alarms, thresholds')
  .option('--background <folder>', 'with --stream: recordings in which nothing is to be reported')
  .option(
    '--false-alarms <rate>',
    'with --background: writes the lowest threshold that holds this rate into the model: 0.5/h, 2/day',
    hourlyRate('--false-alarms'),
  )
  .option('--pause <time>', 'with --stream: between recordings that have no marks (500ms)', seconds('--pause'))
  .option(
    '--tolerance <time>',
    'with --stream: a report may come so long after the end of its mark (750ms)',
    seconds('--tolerance'),
  )
  .option(
    '--smoothing <k>',
    "with --stream: margins or scores are smoothed by 1/2^k (the model's, or 3)",
    wholeNumber('--smoothing', 0, 15),
  )
  .option(
    '--refractory <time>',
    "with --stream: from one report to the next at least (the model's, or 500ms)",
    seconds('--refractory'),
  )
  .option('-o, --output <file>', 'with --false-alarms: model file to write (the model itself)')
  .addOption(force())
  .addOption(json())
  .action(async (model, options) => (await import('./commands/eval.js')).run(model, options));

addDataOptions(program.command('import <file>'))
  .description(
    'a trained model of Keras, ONNX, PyTorch, TFLite or TF.js -> quantized model.json, measured beside the original',
  )
  .option('--data <data>', `recorded inputs: ${DATA_SPEC}`)
  .option('--input-range <low,high>', 'random inputs between two values instead of data: only a guess')
  .option('--layers <list>', 'of a file of weights alone: its layers in order, <type>:<name>[:<activation>],..')
  .option('--every-step', 'of a file of weights alone: an output after every step, not only after the last one')
  .option('--inspect', 'print what the file holds and what rnnq makes of it; needs no data')
  .option('-o, --output <file>', 'model file to write', 'model.json')
  .option('-n, --name <name>', 'name of the model (default: that of the file)')
  .option('--weights <formats>', 's8, s4, planes-3 .., or input=..,recurrent=..,dense=..', 's8')
  .addOption(choice('--row-scale <form>', 'multiplier or shift', ['multiplier', 'shift']).default('multiplier'))
  .option('--activation-bits <n>', '8 or 16 (8 for classes, 16 for real outputs)')
  .option('--input-offset <list>', 'the network was trained on (v - offset) * scale of the values v of the data (0)')
  .option('--input-scale <list>', 'one number, or one for each feature (1)')
  .option(
    '--most <n>',
    'maximum number of sequences to calibrate with, and to measure',
    wholeNumber('--most', 1, MAX_COUNT),
    100,
  )
  .option('--run <folder>', 'write a run folder too, from which rnnq train --warm-start goes on; needs labelled --data')
  .addOption(force())
  .addOption(json())
  .action(async (file, options) => (await import('./commands/import.js')).run(file, options));

addDataOptions(program.command('export <model>'))
  .description('the quantized float network as ONNX, compared with the model; its arrays for numpy')
  .option('--onnx <file>', 'write ONNX: weight codes and scales through DequantizeLinear, GRU, LSTM, RNN')
  .option('--int4', 'with --onnx: matrices of 4 bits or fewer as INT4: operator set 21 (int8: 13)')
  .option('--npz <file>', 'write a numpy archive: matrices and biases as codes and as real values, scales')
  .option('--data <data>', `with --onnx: compare on their test part: ${DATA_SPEC}`)
  .option('--most <n>', 'maximum number of sequences to compare', wholeNumber('--most', 1, MAX_COUNT))
  .addOption(force())
  .addOption(json())
  .action(async (model, options) => (await import('./commands/export.js')).run(model, options));

addDataOptions(program.command('predict <model> <data...>'))
  .description('what the fixed-point network says of recordings: decisions, values, codes')
  .option('--codes', 'print the integers of the outputs')
  .option('--every-step', 'after every step, instead of the last one of a sequence')
  .option('--wrong', 'only decisions that the labels of the data contradict')
  .option('--stream', 'what the chip reports of each WAV file, or each recording of a table, as a stream, with times')
  .addOption(json())
  .action(async (model, data, options) => (await import('./commands/predict.js')).run(model, data, options));

addTrainOptions(
  addTrialOptions(addStreamDataOptions(addDataOptions(program.command('train'))))
    .description('data -> trained, quantized model.json, and a run folder with checkpoints, metrics and curves')
    .option('--data <data>', DATA_SPEC)
    .option('--config <file>', 'JSON file: data, and options of the trainer; the command line overrides it')
    .option('-o, --output <file>', 'model file to write', 'model.json')
    .option('-n, --name <name>', 'name of the model (default: that of the data)')
    .option('--run <folder>', 'folder of the run (default: the output file, ending in .run)')
    .option('--resume', 'continue the run in the folder')
    .option('--restart', 'discard the run in the folder, finished or not, and start over')
    .option('--force', 'replace a finished run of other options, and files changed or not written by rnnq')
    .option('--checkpoint-seconds <n>', 'seconds between checkpoints', number('--checkpoint-seconds', 0, 1e6), 60)
    .addOption(
      choice('--backend <name>', 'TF.js backend; auto: node where @tensorflow/tfjs-node is installed, else wasm', [
        'auto',
        'node',
        'wasm',
        'cpu',
      ]).default('auto'),
    )
    .addOption(json()),
).action(async (options) => (await import('./commands/train.js')).run(options));

addCompileOptions(program.command('demo'), { core: 'cortex-m4' })
  .description('trains, compiles and verifies a digit reader on real data, end to end')
  .option('-o, --output <folder>', 'folder for the model and the C', 'out/demo')
  .option('--seed <n>', 'seed of every random choice', wholeNumber('--seed', 0, 2 ** 32 - 1), 1)
  .addOption(force())
  .addOption(json())
  .action(async (options) => (await import('./commands/demo.js')).run(options));

program
  .command('targets')
  .description('cores that rnnq compiles for')
  .addOption(json())
  .action(async (options) => (await import('./commands/targets.js')).run(options));

program
  .command('doctor')
  .description('which tools are installed, and how to install the others')
  .addOption(json())
  .action(async (options) => (await import('./commands/doctor.js')).run(options));

program
  .command('completion')
  .description('a script that completes commands, options and values in a shell; docs/cli.md')
  .addArgument(choiceArgument('<shell>', 'shell to complete in', ['bash', 'zsh', 'fish']))
  .action(async (shell) => (await import('./commands/completion.js')).run(program, shell));
