#!/usr/bin/python3
"""AttnGAN in PyTorch, for comparison in benchmarks: generates images and runs training steps.

A plain implementation of the published architecture: text encoder, generator and discriminators, module by module, with the published
names, so that `text_encoder.pth` and `netG.pth` load with strict=True. Unlike the published code, it masks the padding of each caption
correctly.

Shapes: B batch, T words, D embedding width, C channels, N pixels of a map, Z noise, S side of an image.
"""

import argparse
import json
import math
import os
import sys
import time
from dataclasses import dataclass, fields

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SEED_SIZE = 4


@dataclass
class Dimensions:
    """The hyperparameters that determine the weights. The defaults are the published ones for birds."""

    vocabulary: int = 5450
    word_embedding: int = 300
    embedding: int = 256
    rnn: str = "lstm"
    width: int = 32
    stages: int = 3
    base_size: int = 64
    residual_blocks: int = 2
    noise: int = 100
    condition: int = 100
    discriminator_width: int = 64

    @staticmethod
    def of(text, generator):
        """Infers the dimensions from two state dicts."""
        def count(prefix):
            return len({key[len(prefix):].split(".")[0] for key in generator if key.startswith(prefix)})

        vocabulary, word_embedding = text["encoder.weight"].shape
        gates, hidden = text["rnn.weight_hh_l0"].shape
        condition = generator["ca_net.fc.weight"].shape[0] // 4
        stages = sum(key.startswith("img_net") for key in generator)
        ups = len({key.split(".")[1] for key in generator if key.startswith("h_net1.upsample")})
        return Dimensions(
            vocabulary=vocabulary,
            word_embedding=word_embedding,
            embedding=2 * hidden,
            rnn={4: "lstm", 3: "gru"}[gates // hidden],
            width=generator["img_net1.img.0.weight"].shape[1],
            stages=stages,
            base_size=SEED_SIZE << ups,
            residual_blocks=count("h_net2.residual.") if stages > 1 else 0,
            noise=generator["h_net1.fc.0.weight"].shape[1] - condition,
            condition=condition)


class TextEncoder(nn.Module):
    """Word features and sentence feature from a bidirectional recurrent network (RNN_ENCODER)."""

    def __init__(self, d):
        super().__init__()
        self.encoder = nn.Embedding(d.vocabulary, d.word_embedding)
        self.drop = nn.Dropout(0.5)
        kind = {"lstm": nn.LSTM, "gru": nn.GRU}[d.rnn]
        self.rnn = kind(d.word_embedding, d.embedding // 2, batch_first=True, bidirectional=True)

    def forward(self, captions, lengths):
        """captions (B, T), lengths (B) -> words (B, D, T), sentence (B, D)."""
        embedded = self.drop(self.encoder(captions))                        # (B, T, W)
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        output, state = self.rnn(packed)
        if isinstance(state, tuple):
            state = state[0]                                                # (2, B, D / 2)
        words, _ = pad_packed_sequence(output, batch_first=True, total_length=captions.shape[1])
        return words.transpose(1, 2), state.transpose(0, 1).flatten(1)


class GLU(nn.Module):
    """The first half of the channels times the sigmoid of the second half."""

    def forward(self, x):
        value, gate = x.chunk(2, dim=1)
        return value * torch.sigmoid(gate)


def conv3x3(inputs, outputs):
    return nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False)


def up_block(inputs, outputs):
    """(B, inputs, H, W) -> (B, outputs, 2H, 2W)."""
    return nn.Sequential(
        nn.Upsample(scale_factor=2, mode="nearest"),
        conv3x3(inputs, 2 * outputs),
        nn.BatchNorm2d(2 * outputs),
        GLU())


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block = nn.Sequential(
            conv3x3(channels, 2 * channels),
            nn.BatchNorm2d(2 * channels),
            GLU(),
            conv3x3(channels, channels),
            nn.BatchNorm2d(channels))

    def forward(self, x):
        return self.block(x) + x


class ConditioningAugmentation(nn.Module):
    """The conditioning vector, sampled from a Gaussian given the sentence feature (CA_NET)."""

    def __init__(self, d):
        super().__init__()
        self.fc = nn.Linear(d.embedding, 4 * d.condition)
        self.glu = GLU()

    def forward(self, sentence, epsilon):
        mu, log_variance = self.glu(self.fc(sentence)).chunk(2, dim=1)      # (B, C) each
        return mu + torch.exp(0.5 * log_variance) * epsilon, mu, log_variance


class InitialStage(nn.Module):
    """The first hidden context, from the conditioning vector and noise (INIT_STAGE_G)."""

    def __init__(self, d):
        super().__init__()
        self.ups = int(math.log2(d.base_size // SEED_SIZE))
        self.channels = d.width << self.ups
        outputs = 2 * self.channels * SEED_SIZE * SEED_SIZE
        self.fc = nn.Sequential(
            nn.Linear(d.condition + d.noise, outputs, bias=False),
            nn.BatchNorm1d(outputs),
            GLU())
        for i in range(self.ups):
            setattr(self, f"upsample{i + 1}", up_block(self.channels >> i, self.channels >> (i + 1)))

    def forward(self, code, noise):
        x = self.fc(torch.cat((code, noise), dim=1))
        x = x.view(-1, self.channels, SEED_SIZE, SEED_SIZE)
        for i in range(self.ups):
            x = getattr(self, f"upsample{i + 1}")(x)
        return x                                                            # (B, width, base, base)


class WordAttention(nn.Module):
    """The word context of every pixel: its attention-weighted mean of the words (paper, equation 2)."""

    def __init__(self, d):
        super().__init__()
        self.conv_context = nn.Conv2d(d.embedding, d.width, kernel_size=1, bias=False)

    def forward(self, hidden, words, padding):
        """hidden (B, C, H, W), words (B, D, T), padding (B, T) -> context (B, C, H, W), attention (B, T, H, W)."""
        batch, channels, height, width = hidden.shape
        keys = self.conv_context(words.unsqueeze(3)).squeeze(3)             # (B, C, T)
        queries = hidden.reshape(batch, channels, height * width)           # (B, C, N)
        scores = torch.bmm(queries.transpose(1, 2), keys)                   # (B, N, T)
        scores = scores.masked_fill(padding.unsqueeze(1), -math.inf)
        attention = torch.softmax(scores, dim=2).transpose(1, 2)            # (B, T, N)
        context = torch.bmm(keys, attention)                                # (B, C, N)
        return context.view(batch, channels, height, width), attention.reshape(batch, -1, height, width)


class RefinementStage(nn.Module):
    """The next hidden context, of twice the size, from the last one and its word context (NEXT_STAGE_G)."""

    def __init__(self, d):
        super().__init__()
        self.att = WordAttention(d)
        self.residual = nn.Sequential(*(ResidualBlock(2 * d.width) for _ in range(d.residual_blocks)))
        self.upsample = up_block(2 * d.width, d.width)

    def forward(self, hidden, words, padding):
        context, attention = self.att(hidden, words, padding)
        x = torch.cat((hidden, context), dim=1)                             # (B, 2C, H, W)
        return self.upsample(self.residual(x)), attention


class ImageHead(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.img = nn.Sequential(conv3x3(d.width, 3), nn.Tanh())

    def forward(self, hidden):
        return self.img(hidden)


class Generator(nn.Module):
    """All stages, each with its image (G_NET)."""

    def __init__(self, d):
        super().__init__()
        self.stages = d.stages
        self.ca_net = ConditioningAugmentation(d)
        self.h_net1 = InitialStage(d)
        self.img_net1 = ImageHead(d)
        for stage in range(2, d.stages + 1):
            setattr(self, f"h_net{stage}", RefinementStage(d))
            setattr(self, f"img_net{stage}", ImageHead(d))

    def forward(self, sentence, words, padding, noise, epsilon):
        """-> images (B, 3, S, S) of every stage, attention (B, T, H, W) of every stage but the first, mu and log variance (B, C)."""
        code, mu, log_variance = self.ca_net(sentence, epsilon)
        hidden = self.h_net1(code, noise)
        images, attentions = [self.img_net1(hidden)], []
        for stage in range(2, self.stages + 1):
            hidden, attention = getattr(self, f"h_net{stage}")(hidden, words, padding)
            attentions.append(attention)
            images.append(getattr(self, f"img_net{stage}")(hidden))
        return images, attentions, mu, log_variance


def down_block(inputs, outputs):
    """(B, inputs, H, W) -> (B, outputs, H / 2, W / 2)."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(0.2, inplace=True))


def same_block(inputs, outputs):
    return nn.Sequential(conv3x3(inputs, outputs), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, inplace=True))


class Discriminator(nn.Module):
    """The unconditional and conditional logits of the images of one stage (D_NET64, D_NET128, D_NET256)."""

    def __init__(self, size, d):
        super().__init__()
        width = d.discriminator_width
        layers = [nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
        layers += [down_block(width << i, width << (i + 1)) for i in range(3)]
        extra = int(math.log2(size // 64))
        layers += [down_block(8 * width << i, 8 * width << (i + 1)) for i in range(extra)]
        layers += [same_block(8 * width << (i + 1), 8 * width << i) for i in reversed(range(extra))]
        self.body = nn.Sequential(*layers)
        self.joint = same_block(8 * width + d.embedding, 8 * width)
        self.conditional = nn.Conv2d(8 * width, 1, 4, 4)
        self.unconditional = nn.Conv2d(8 * width, 1, 4, 4)

    def forward(self, images):
        return self.body(images)                                          # (B, 8 width, 4, 4)

    def conditional_logits(self, features, sentence):
        tiled = sentence[:, :, None, None].expand(-1, -1, 4, 4)
        return self.conditional(self.joint(torch.cat((features, tiled), dim=1))).view(-1)

    def unconditional_logits(self, features):
        return self.unconditional(features).view(-1)


class TrainingStep:
    """A training step as published, without DAMSM: all discriminators, the generator with the KL term, its moving average."""

    def __init__(self, text_encoder, generator, dimensions):
        self.dimensions = dimensions
        self.text_encoder = text_encoder.eval().requires_grad_(False)
        self.generator = generator.train()
        self.sizes = [dimensions.base_size << i for i in range(dimensions.stages)]
        self.discriminators = [Discriminator(size, dimensions) for size in self.sizes]
        for network in self.discriminators:
            network.apply(initialize)
        self.average = [parameter.detach().clone() for parameter in generator.parameters()]
        self.optimizers = [self._adam(network) for network in (*self.discriminators, generator)]

    def parameters(self):
        return {
            "generator": sum(p.numel() for p in self.generator.parameters()),
            **{str(size): sum(p.numel() for p in network.parameters()) for size, network in zip(self.sizes, self.discriminators)},
        }

    @staticmethod
    def _adam(network):
        return torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999))

    def run(self, real, captions, lengths):
        """real: (B, 3, S, S) of every stage. -> loss of the generator."""
        batch = len(lengths)
        with torch.no_grad():
            words, sentence = self.text_encoder(captions, lengths)
        padding = torch.arange(captions.shape[1]) >= lengths.unsqueeze(1)
        noise, epsilon = torch.randn(batch, self.dimensions.noise), torch.randn(batch, self.dimensions.condition)
        fake, _, mu, log_variance = self.generator(sentence, words, padding, noise, epsilon)
        ones, zeros = torch.ones(batch), torch.zeros(batch)
        bce = nn.functional.binary_cross_entropy_with_logits

        for network, optimizer, real_images, fake_images in zip(self.discriminators, self.optimizers, real, fake):
            optimizer.zero_grad()
            real_features, fake_features = network(real_images), network(fake_images.detach())
            real_loss = (bce(network.conditional_logits(real_features, sentence), ones)
                         + bce(network.unconditional_logits(real_features), ones))
            fake_loss = (bce(network.conditional_logits(fake_features, sentence), zeros)
                         + bce(network.unconditional_logits(fake_features), zeros))
            wrong_loss = bce(network.conditional_logits(real_features[:-1], sentence[1:]), zeros[1:])
            (real_loss / 2 + (fake_loss + wrong_loss) / 3).backward()
            optimizer.step()

        self.optimizers[-1].zero_grad()
        loss = -0.5 * torch.mean(1 + log_variance - mu.pow(2) - log_variance.exp())
        for network, fake_images in zip(self.discriminators, fake):
            features = network(fake_images)
            loss = (loss + bce(network.conditional_logits(features, sentence), ones)
                    + bce(network.unconditional_logits(features), ones))
        loss.backward()
        self.optimizers[-1].step()
        with torch.no_grad():
            for average, parameter in zip(self.average, self.generator.parameters()):
                average.mul_(0.999).add_(parameter, alpha=0.001)
        return loss.item()


def initialize(module):
    """The published initialization: orthogonal weights, batch normalization near one, embeddings in [-0.1, 0.1]."""
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.orthogonal_(module.weight)
    elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        nn.init.normal_(module.weight, 1.0, 0.02)
    elif isinstance(module, nn.Embedding):
        nn.init.uniform_(module.weight, -0.1, 0.1)


class Model:
    """Text encoder and generator in evaluation mode."""

    def __init__(self, weights, dimensions, seed, channels_last=False):
        torch.manual_seed(seed)
        states = None
        if weights != "random":
            states = [self._load(weights, name) for name in ("text_encoder.pth", "netG.pth")]
            dimensions = Dimensions.of(*states)
        self.dimensions = dimensions
        networks = [TextEncoder(dimensions), Generator(dimensions)]
        for network, state in zip(networks, states or (None, None)):
            network.apply(initialize) if state is None else network.load_state_dict(state, strict=True)
            network.eval()
        self.text_encoder, self.generator = networks
        if channels_last:
            self.generator.to(memory_format=torch.channels_last)

    @staticmethod
    def _load(folder, name):
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            raise SystemExit(f"{path} is missing; expected text_encoder.pth and netG.pth from `attngan export --format pth`")
        state = torch.load(path, map_location="cpu")
        return {key[len("module."):] if key.startswith("module.") else key: value for key, value in state.items()}

    @torch.no_grad()
    def generate(self, captions, lengths, noise, epsilon):
        """captions (B, T), lengths (B), noise (B, Z), epsilon (B, C) -> images of every stage in [-1, 1]."""
        words, sentence = self.text_encoder(captions, lengths)
        padding = torch.arange(captions.shape[1]) >= lengths.unsqueeze(1)
        return self.generator(sentence, words, padding, noise, epsilon)[0]

    def captions(self, ids):
        """Lists of word IDs, with or without zeros as padding -> captions (B, T), lengths (B)."""
        lengths = [max((i + 1 for i, word in enumerate(caption) if word != 0), default=0) for caption in ids]
        if min(lengths, default=0) == 0:
            raise ValueError("expected at least one caption, and at least one word in each; word 0 is padding")
        captions = torch.tensor([(caption + [0] * max(lengths))[:max(lengths)] for caption in ids])
        if captions.min() < 0 or captions.max() >= self.dimensions.vocabulary:
            raise ValueError(f"word IDs must be in [0, {self.dimensions.vocabulary})")
        lengths = torch.tensor(lengths)
        return captions, lengths

    def noise(self, path, batch, width):
        """Little-endian 32-bit floats from a file, or standard normal noise -> (batch, width)."""
        if path is None:
            return torch.randn(batch, width)
        expected = batch * width * 4
        if os.path.getsize(path) != expected:
            raise ValueError(f"{path}: {os.path.getsize(path)} bytes; expected {expected} for {batch} rows of {width} floats")
        return torch.frombuffer(bytearray(open(path, "rb").read()), dtype=torch.float32).view(batch, width)

    def generate_from_files(self, ids, noise, epsilon):
        captions, lengths = self.captions(ids)
        d = self.dimensions
        return self.generate(captions, lengths, self.noise(noise, len(lengths), d.noise), self.noise(epsilon, len(lengths), d.condition))


class Stopwatch:
    """Times forward passes and training steps on inputs that are created once per size."""

    def __init__(self, model):
        self.model = model
        self.inputs = {}
        self.steps = {}

    def milliseconds(self, batch, words):
        if batch < 1 or words < 1:
            raise ValueError("batch and words must be at least 1")
        d = self.model.dimensions
        if (batch, words) not in self.inputs:
            captions = torch.randint(1, d.vocabulary, (batch, words))
            self.inputs[batch, words] = (
                captions, torch.full((batch,), words), torch.randn(batch, d.noise), torch.randn(batch, d.condition))
        start = time.perf_counter()
        self.model.generate(*self.inputs[batch, words])
        return 1000 * (time.perf_counter() - start)

    def step(self, batch, words):
        if batch < 2 or words < 1:
            raise ValueError("batch must be at least 2 and words at least 1")
        d = self.model.dimensions
        if not self.steps:
            self.steps["training"] = TrainingStep(self.model.text_encoder, self.model.generator, d)
        training = self.steps["training"]
        if batch not in self.steps:
            self.steps[batch] = (
                [torch.rand(batch, 3, size, size) * 2 - 1 for size in training.sizes],
                torch.randint(1, d.vocabulary, (batch, words)), torch.full((batch,), words))
        start = time.perf_counter()
        loss = training.run(*self.steps[batch])
        return {"ms": 1000 * (time.perf_counter() - start), "loss": loss, "parameters": training.parameters()}


def raw_bytes(image):
    return image.contiguous().numpy().astype("<f4", copy=False).tobytes()


def peak_bytes():
    # Not getrusage: its maximum survives exec, so a child starts with the peak of its parent.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def info(model):
    return {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "peak_bytes": peak_bytes(),
        "dimensions": vars(model.dimensions),
    }


def save_png(image, path):
    """(3, S, S) in [-1, 1] to 8 bits per channel."""
    from PIL import Image

    levels = ((image + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy()).save(path)


def generate(options, model):
    with open(options.captions) as file:
        ids = json.load(file)
    images = model.generate_from_files(ids, options.noise, options.condition_noise)
    os.makedirs(options.out, exist_ok=True)
    for i, image in enumerate(images[-1]):
        save_png(image, os.path.join(options.out, f"{i}.png"))
    if options.raw:
        for image in images:
            with open(os.path.join(options.out, f"{image.shape[-1]}.bin"), "wb") as file:
                file.write(raw_bytes(image))


def measure(options, model):
    stopwatch = Stopwatch(model)
    for round_ in range(-options.warmup, options.rounds):
        elapsed = stopwatch.milliseconds(options.batch, options.words)
        if round_ >= 0:
            print(json.dumps({"batch": options.batch, "ms_per_image": round(elapsed / options.batch, 3)}), flush=True)


def serve(options, model):
    stopwatch = Stopwatch(model)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            answer = reply(json.loads(line), model, stopwatch)
        except Exception as error:  # a failed command does not end the server
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def reply(command, model, stopwatch):
    if command.get("info"):
        return info(model)
    if "generate" in command:
        request = command["generate"]
        images = model.generate_from_files(request["ids"], request.get("noise"), request.get("condition_noise"))
        with open(request["out"], "wb") as file:
            for image in images:
                file.write(raw_bytes(image))
        return {"shapes": [list(image.shape) for image in images]}
    if "step" in command:
        return stopwatch.step(command["step"], command.get("words", 12))
    return {"ms": stopwatch.milliseconds(command["batch"], command.get("words", 12))}


def parse_dimensions(settings):
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        kind = {field.name: field.type for field in fields(Dimensions)}.get(name)
        if kind is None:
            raise SystemExit(f"--set {setting}: unknown dimension; use one of {', '.join(field.name for field in fields(Dimensions))}")
        values[name] = kind(value)
    return Dimensions(**values)


def parse(arguments):
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--weights", required=True, metavar="DIR|random", help="folder with text_encoder.pth and netG.pth, or: random")
    common.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), metavar="N")
    common.add_argument("--seed", type=int, default=100, metavar="N", help="seed of random weights and of noise that is not given")
    common.add_argument("--channels-last", action="store_true", help="keep the generator in the NHWC memory format")
    common.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="dimension of random weights, such as width=48")

    parser = argparse.ArgumentParser(description="AttnGAN in PyTorch, for comparison in benchmarks.")
    commands = parser.add_subparsers(dest="command", required=True)
    generating = commands.add_parser("generate", parents=[common], help="generate images from captions as PNG")
    generating.add_argument("--captions", required=True, metavar="FILE", help="JSON: a list of captions, each a list of word IDs")
    generating.add_argument("--noise", metavar="FILE", help="z: little-endian 32-bit floats, a row for each caption")
    generating.add_argument("--condition-noise", metavar="FILE", help="the same for the noise of conditioning augmentation")
    generating.add_argument("--out", required=True, metavar="DIR")
    generating.add_argument("--raw", action="store_true", help="write the 32-bit floats of every stage as well: <side>.bin")
    timing = commands.add_parser("time", parents=[common], help="time forward passes in steady state, one JSON line per pass")
    timing.add_argument("--batch", type=int, default=1, metavar="N")
    timing.add_argument("--words", type=int, default=12, metavar="N")
    timing.add_argument("--rounds", type=int, default=10, metavar="N")
    timing.add_argument("--warmup", type=int, default=3, metavar="N")
    commands.add_parser("serve", parents=[common], help="answer JSON commands from standard input, one per line")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    torch.set_num_threads(options.threads)
    model = Model(options.weights, parse_dimensions(options.set), options.seed, options.channels_last)
    torch.manual_seed(options.seed)
    {"generate": generate, "time": measure, "serve": serve}[options.command](options, model)


if __name__ == "__main__":
    main()
