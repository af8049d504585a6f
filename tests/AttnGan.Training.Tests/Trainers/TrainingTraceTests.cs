using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using AttnGan.Training.Losses;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>
/// Five steps of the official training from the same weights and noise, with a fixed linear map in place of the image encoder. Both are
/// computed in double precision, so that a difference is an error and not rounding.
/// </summary>
[WithoutCollections]
public sealed class TrainingTraceTests
{
    private const double Tolerance = 1e-9;

    [Theory]
    [InlineData("official_mask")]
    [InlineData("correct_mask")]
    public void Five_steps_equal_those_of_the_official_code(string mask)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("training_trace");
        Trace trace = JsonSerializer.Deserialize<Dictionary<string, Trace>>(
            File.ReadAllText(ReferenceValues.PathOf("training_trace.json")))![mask];
        GeneratorConfig config = new() { Width = 4, Noise = 10, Condition = 8 };
        CompatibilityConfig compat = new() { MisalignedAttentionMask = mask == "official_mask" };
        using var generator = new AttentionalGenerator(config, 16, compat);
        using var averaged = new AttentionalGenerator(config, 16, compat);
        reference.LoadInto(generator, "state.G.");
        generator.to(float64);
        averaged.to(float64);
        Discriminator[] discriminators = [.. config.StageSizes.Select(size => new Discriminator(size, new() { Width = 4 }, 16))];
        foreach (Discriminator discriminator in discriminators)
        {
            reference.LoadInto(discriminator, $"state.D{discriminator.ImageSize}.");
            discriminator.to(float64);
        }

        var average = new MovingAverage(generator, averaged, 0.999, averageBuffers: false);
        average.Reset();
        using var generatorOptimizer = new NamedAdam(generator, 2e-4, 0.5, 0.999);
        NamedAdam[] optimizers = [.. discriminators.Select(discriminator => new NamedAdam(discriminator, 2e-4, 0.5, 0.999))];
        var adversarial = new AdversarialLoss(AdversarialLossKind.Bce);
        var damsm = new DamsmLoss(new());

        for (int step = 1; step <= 5; step++)
        {
            var text = new TextFeatures(Given("words_emb"), Given("sent_emb"), Given("mask"));
            GeneratorOutput fake = generator.forward(new(text, Given("noise"), Given("ca_eps")));
            Check("fake_mean", fake.Images.Select(image => image.mean()));

            List<Tensor> losses = [];
            for (int i = 0; i < discriminators.Length; i++)
            {
                optimizers[i].ZeroGradients();
                Tensor real = InDouble(ReferenceValues.FormulaImage(4, discriminators[i].ImageSize, 0.1 * step));
                Tensor loss = adversarial.ForDiscriminator(discriminators[i], real, fake.Images[i].detach(), text.Sentence);
                loss.backward();
                optimizers[i].Step();
                losses.Add(loss);
            }

            Check("errD", losses);

            generatorOptimizer.ZeroGradients();
            Tensor[] generatorLosses =
            [
                .. discriminators.Select((discriminator, i) => adversarial.ForGenerator(discriminator, fake.Images[i], text.Sentence)),
            ];
            DamsmTerms terms = damsm.Compute(StandIn(reference, fake.Images[^1]), text, Given("class_ids"));
            Tensor kl = KlLoss.Compute(fake.Mu, fake.LogVariance);
            Tensor total = stack(generatorLosses).sum() + (terms.Words + terms.Sentence) * 5 + kl;
            total.backward();
            generatorOptimizer.Step();
            average.Update();

            Check("g_loss", generatorLosses);
            Check("w_loss0", terms.Words0);
            Check("w_loss1", terms.Words1);
            Check("s_loss0", terms.Sentence0);
            Check("s_loss1", terms.Sentence1);
            Check("kl_loss", kl);
            Check("errG_total", total);

            Tensor Given(string name) => InDouble(reference[$"in.step{step}.{name}"]);
            void Check(string name, params IEnumerable<Tensor> values) => AssertClose(
                $"{name} of step {step}", trace.Steps[step - 1][name], values.Select(value => value.ReadScalar()));
        }

        AssertState(trace, "G.", generator);
        AssertState(trace, "G_ema.", averaged);
        foreach ((Discriminator discriminator, NamedAdam optimizer) in discriminators.Zip(optimizers))
        {
            AssertState(trace, $"D{discriminator.ImageSize}.", discriminator);
            optimizer.Dispose();
            discriminator.Dispose();
        }
    }

    /// <summary>Regions: a 1 x 1 convolution of local means of the image. Code: a linear map of its mean color.</summary>
    private static ImageFeatures StandIn(ReferenceValues reference, Tensor images)
    {
        Tensor regions = nn.functional.conv2d(
            nn.functional.avg_pool2d(images, 16, stride: 15), Weight("region.weight"), Weight("region.bias"));
        Tensor code = nn.functional.linear(images.mean([2, 3]), Weight("code.weight"), Weight("code.bias"));
        return new ImageFeatures(regions, code);

        Tensor Weight(string name) => InDouble(reference["state.image_encoder." + name]);
    }

    private static Tensor InDouble(Tensor tensor) => tensor.is_floating_point() ? tensor.to(float64) : tensor;

    /// <summary>Compares norm and sum of every weight in the trace.</summary>
    private static void AssertState(Trace trace, string prefix, nn.Module network)
    {
        Dictionary<string, Tensor> state = network.state_dict();
        KeyValuePair<string, double[]>[] expected = [.. trace.After.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))];
        Assert.True(expected.Length >= network.parameters().Count());
        foreach ((string name, double[] values) in expected)
        {
            Tensor actual = state[name[prefix.Length..]].detach().to(float64);
            AssertClose(name, values, [actual.norm().ReadScalar(), actual.sum().ReadScalar()]);
        }
    }

    private static void AssertClose(string name, double[] expected, IEnumerable<double> actual)
    {
        double[] values = [.. actual];
        Assert.Equal(expected.Length, values.Length);
        double deviation = expected.Zip(values, (e, a) => Math.Abs(a - e) / Math.Max(1, Math.Abs(e))).Max();
        Assert.True(deviation <= Tolerance, $"{name} deviates by {deviation:E2}, allowed {Tolerance:E2}");
    }

    private sealed record Trace(
        [property: JsonPropertyName("steps")] IReadOnlyList<Dictionary<string, double[]>> Steps,
        [property: JsonPropertyName("after_step5")] Dictionary<string, double[]> After);
}
