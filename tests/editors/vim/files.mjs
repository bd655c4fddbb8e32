// The files that Vim is to paint, one a line: relative to this folder.
import { corpus } from "../node/files.mjs";

for (const { path } of corpus()) console.log(`../../../${path}`);
