import test from "ava";
import { MAX_FRAMES, MAX_SAMPLES, readStackSamples } from "../../src/contract/stack-samples.js";

const FRAME = ["f", "file:///a.mjs", 1, 2];
const SAMPLES = { frames: [FRAME, ["", "", -1, -1]], samples: [[0], [10.5, 1, 0]] };

test("readStackSamples() takes what a sampler makes", (t) => {
  t.deepEqual(readStackSamples(JSON.parse(JSON.stringify(SAMPLES))), SAMPLES as never);
});

const WRONG: Readonly<Record<string, unknown>> = {
  nothing: null,
  text: "{}",
  "no frames": { samples: [] },
  "frames that are no array": { frames: { length: 1, 0: FRAME }, samples: [] },
  "a frame of another length": { frames: [["f", "u", 1]], samples: [] },
  "a frame with an object": { frames: [[{}, "u", 1, 2]], samples: [] },
  "a frame with a long name": { frames: [["f".repeat(513), "u", 1, 2]], samples: [] },
  "a frame with half a line": { frames: [["f", "u", 1.5, 2]], samples: [] },
  "no samples": { frames: [FRAME] },
  "an index beyond the frames": { frames: [FRAME], samples: [[0, 1]] },
  "a negative index": { frames: [FRAME], samples: [[0, -1]] },
  "half an index": { frames: [FRAME], samples: [[0, 0.5]] },
  "a sample without a time": { frames: [FRAME], samples: [[]] },
  "a time before the beginning": { frames: [FRAME], samples: [[-1, 0]] },
  "a time without end": { frames: [FRAME], samples: [[Infinity, 0]] },
  "too many samples": { frames: [FRAME], samples: Array.from({ length: MAX_SAMPLES + 1 }, () => [0, 0]) },
  "too deep a stack": { frames: [FRAME], samples: [[0, ...Array.from({ length: MAX_FRAMES + 1 }, () => 0)]] },
};

for (const [name, value] of Object.entries(WRONG)) {
  test(`readStackSamples() takes no ${name}`, (t) => {
    t.is(readStackSamples(value), undefined);
  });
}
