import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceBoard } from './board.js';

/** A device on the USB. */
export interface UsbDevice {
  readonly vendor: string;
  readonly product: string;
  /** Serial number, where the device has one. */
  readonly serial: string | null;
}

/** A device that belongs to a board. */
export interface Found extends UsbDevice {
  readonly what: string;
  /** Tools that can write through it. */
  readonly tools: readonly string[];
}

/** Where Linux shows its USB devices; a folder of the same form in tests. */
const USB_DIRECTORY = '/sys/bus/usb/devices';

/** All USB devices, or null where this system does not show them as files. */
export async function listUsb(
  directory = process.env.RNNQ_USB_DIRECTORY ?? USB_DIRECTORY,
): Promise<UsbDevice[] | null> {
  const names = await readdir(directory).catch(() => null);
  if (names === null) return null;
  const read = (name: string, file: string) =>
    readFile(join(directory, name, file), 'utf8').then(
      (text) => text.trim(),
      () => null,
    );
  const devices = await Promise.all(
    names.map(async (name) => ({
      vendor: await read(name, 'idVendor'),
      product: await read(name, 'idProduct'),
      serial: await read(name, 'serial'),
    })),
  );
  return devices.flatMap(({ vendor, product, serial }) =>
    vendor === null || product === null ? [] : [{ vendor, product, serial }],
  );
}

/** The devices among them that are this board, its probe or its boot loader. */
export const devicesOf = (board: DeviceBoard, devices: readonly UsbDevice[]): Found[] =>
  devices.flatMap((device) =>
    board.usb
      .filter(({ vendor, product }) => vendor === device.vendor && product === device.product)
      .map(({ what, tools }) => ({ ...device, what, tools })),
  );

/** Folders in which Linux desktops and macOS mount volumes. */
async function mountFolders(): Promise<string[]> {
  const user = process.env.USER ?? 'root';
  return process.env.RNNQ_VOLUMES_DIRECTORY === undefined
    ? [join('/media', user), join('/run/media', user), '/media', '/Volumes']
    : [process.env.RNNQ_VOLUMES_DIRECTORY];
}

/** Mounted volumes of that name; a second one gets a digit behind its name. */
export async function findVolumes(label: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of await mountFolders())
    for (const name of await readdir(folder).catch(() => []))
      if (name === label || (name.startsWith(label) && /^[ _]?\d+$/.test(name.slice(label.length))))
        found.push(join(folder, name));
  return found;
}
