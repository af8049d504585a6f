using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Losses;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

public sealed class EncoderMatchingLossTests : IDisposable
{
    private readonly ImageEncoder _encoder;
    private readonly Tensor _real;

    public EncoderMatchingLossTests()
    {
        random.manual_seed(3);
        _encoder = new ImageEncoder(new ImageEncoderConfig { Trunk = TrunkKind.Compact, ImageSize = 32, Width = 4 }, embedding: 6);
        _encoder.eval();
        _real = rand(2, 3, 32, 32) * 2 - 1;
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _real.Dispose();
    }

    [Fact]
    public void The_distance_is_one_minus_the_cosine_of_regions_and_of_the_image()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor fake = rand(2, 3, 32, 32) * 2 - 1;
        ImageFeatures a = _encoder.forward(fake), b = _encoder.forward(_real);
        double expected = 1 - Cosines(a.Regions, b.Regions).mean().item<float>() + 1 - Cosines(a.Code, b.Code).mean().item<float>();

        Assert.Equal(expected, EncoderMatchingLoss.Compute(_encoder, fake, _real).item<float>(), 5);
    }

    [Fact]
    public void Equal_images_have_no_distance()
    {
        using Tensor loss = EncoderMatchingLoss.Compute(_encoder, _real, _real);

        Assert.Equal(0, loss.item<float>(), 5);
    }

    [Fact]
    public void Only_the_generated_image_gets_a_gradient()
    {
        _encoder.SetTrainable(false);
        using Tensor fake = (rand(2, 3, 32, 32) * 2 - 1).requires_grad_();
        using Tensor real = _real.clone().requires_grad_();

        using Tensor loss = EncoderMatchingLoss.Compute(_encoder, fake, real);
        loss.backward();

        Assert.True(fake.grad!.abs().sum().item<float>() > 0);
        Assert.Null(real.grad);
    }

    private static Tensor Cosines(Tensor first, Tensor second) => (first * second).sum(1) / (first.norm(1) * second.norm(1));
}
