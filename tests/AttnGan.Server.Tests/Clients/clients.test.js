// Clients of OpenAI's images API against the server at ATTNGAN_URL, which requires the key ATTNGAN_KEY.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { DallEAPIWrapper } from "@langchain/openai";
import { generateImage } from "ai";
import OpenAI from "openai";

const baseURL = `${process.env.ATTNGAN_URL}/v1`;
const apiKey = process.env.ATTNGAN_KEY;
globalThis.AI_SDK_LOG_WARNINGS = false;

/** Returns the width and height of a PNG file. */
function sizeOf(bytes) {
  const file = Buffer.from(bytes);
  assert.equal(file.toString("latin1", 1, 4), "PNG");
  return [file.readUInt32BE(16), file.readUInt32BE(20)];
}

const openai = (options) => new OpenAI({ baseURL, apiKey, maxRetries: 0, ...options });

test("openai: the first answer is 429, and the client tries again", async () => {
  const request = { model: "emoji", prompt: "a red heart" };
  await assert.rejects(openai().images.generate(request), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.headers.get("retry-after"), "1");
    return true;
  });
  const response = await openai({ maxRetries: 2 }).images.generate(request);
  assert.equal(response.data.length, 1);
});

test("openai: images in base64", async () => {
  const response = await openai().images.generate({ model: "emoji", prompt: "a red hart", n: 2, size: "512x512", quality: "high" });
  assert.equal(response.data.length, 2);
  assert.deepEqual(sizeOf(Buffer.from(response.data[0].b64_json, "base64")), [512, 512]);
  assert.equal(response.data[0].revised_prompt, "a red");
  assert.equal(response.size, "512x512");
  assert.equal(response.generated_size, "128x128");
});

test("openai: addresses of images", async () => {
  const response = await openai().images.generate({ model: "emoji", prompt: "a star", response_format: "url" });
  const image = await fetch(response.data[0].url);
  assert.deepEqual(sizeOf(await image.arrayBuffer()), [128, 128]);
});

test("openai: errors", async () => {
  await assert.rejects(openai({ apiKey: "wrong" }).images.generate({ prompt: "a star" }), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.equal(error.code, "invalid_api_key");
    return true;
  });
  await assert.rejects(openai().images.generate({ prompt: "hart" }), (error) => {
    assert.equal(error.status, 422);
    assert.equal(error.param, "prompt");
    assert.match(error.message, /"hart" \(similar: harp, hat, heart\)/);
    return true;
  });
  await assert.rejects(openai().images.generate({ model: "dall-e-3", prompt: "a star" }), OpenAI.NotFoundError);
});

test("openai: models", async () => {
  const ids = [];
  for await (const model of openai().models.list()) {
    ids.push(model.id);
  }
  assert.deepEqual(ids, ["emoji", "shapes"]);
});

test("ai with @ai-sdk/openai-compatible", async () => {
  const provider = createOpenAICompatible({ name: "attngan", baseURL, apiKey });
  const { images } = await generateImage({ model: provider.imageModel("emoji"), prompt: "a red heart", n: 2, size: "256x256" });
  assert.equal(images.length, 2);
  assert.equal(images[0].mediaType, "image/png");
  assert.deepEqual(sizeOf(images[0].uint8Array), [256, 256]);
  await assert.rejects(generateImage({ model: provider.imageModel("emoji"), prompt: "hart" }), /similar: harp, hat, heart/);
});

test("@langchain/openai", async () => {
  const options = { baseUrl: baseURL, apiKey, model: "emoji" };
  const address = await new DallEAPIWrapper(options).invoke("a red heart");
  assert.deepEqual(sizeOf(await (await fetch(address)).arrayBuffer()), [1024, 1024]);
  const base64 = await new DallEAPIWrapper({ ...options, dallEResponseFormat: "b64_json" }).invoke("a red heart");
  assert.deepEqual(sizeOf(Buffer.from(base64, "base64")), [1024, 1024]);
});
