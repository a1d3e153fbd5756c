// Pictures of the console for the documents, made by the stories themselves so that they never show what is not there.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));

/** Whether this run is to write them; else stories that only take pictures have nothing to do. */
export const WANTED = process.env.CLAVIGER_WRITE_PICTURES === '1';

/** Takes a picture of what the person sees, as `docs/pictures/<name>.png`, where this run is to write them. */
export async function picture(person, name) {
  if (!WANTED) return;
  await mkdir(FOLDER, { recursive: true });
  await person.page.screenshot({ path: `${FOLDER}${name}.png` });
}
