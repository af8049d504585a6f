using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Discriminators;

[WithoutCollections]
public sealed class DifferentiableAugmentationTests
{
    [Fact]
    public void Without_augmentations_images_are_unchanged()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 3, 16, 16);

        Assert.True(new DifferentiableAugmentation([]).Apply(images).Equals(images));
    }

    [Theory]
    [InlineData(Augmentation.Color)]
    [InlineData(Augmentation.Translation)]
    [InlineData(Augmentation.Cutout)]
    public void Each_augmentation_changes_images_differently_and_is_differentiable(Augmentation part)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(1);
        Tensor image = rand(1, 3, 16, 16) * 2 - 1;
        Tensor images = image.expand(8, 3, 16, 16).clone().requires_grad_();

        Tensor changed = new DifferentiableAugmentation([part]).Apply(images);
        changed.sum().backward();

        Assert.Equal([8, 3, 16, 16], changed.shape);
        Assert.Equal(part != Augmentation.Color, changed.detach().abs().max().item<float>() <= 1);
        Assert.False(changed[0].allclose(image[0]));
        Assert.False(changed[0].allclose(changed[1]));
        Assert.NotEqual(0, images.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void Translation_shifts_by_at_most_an_eighth_and_fills_with_gray()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(2);
        Tensor images = full(64, 3, 16, 16, -1f);
        images[.., .., 8, 8] = 0.5f;

        Tensor moved = new DifferentiableAugmentation([Augmentation.Translation]).Apply(images);

        HashSet<(long, long)> places = [];
        for (int b = 0; b < 64; b++)
        {
            Tensor place = moved[b, 0].eq(0.5).nonzero();
            Assert.Equal(1, place.shape[0]);
            (long y, long x) = (place[0, 0].item<long>(), place[0, 1].item<long>());
            Assert.InRange(y, 6, 10);
            Assert.InRange(x, 6, 10);
            places.Add((y, x));

            // One gray row or column for each pixel of the shift.
            long gray = 256 - (16 - Math.Abs(y - 8)) * (16 - Math.Abs(x - 8));
            Assert.Equal(gray, moved[b, 2].eq(0).sum().item<long>());
        }

        Assert.InRange(places.Count, 15, 25);
    }

    [Fact]
    public void Cutout_clears_a_square_of_half_the_side()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(4);

        Tensor cut = new DifferentiableAugmentation([Augmentation.Cutout]).Apply(ones(64, 3, 16, 16));

        long[] cleared = [.. Enumerable.Range(0, 64).Select(b => cut[b, 0].eq(0).sum().item<long>())];
        Assert.All(cleared, count => Assert.InRange(count, 16, 64));
        Assert.Equal(64, cleared.Max());
        Assert.True(cut[.., 0].Equals(cut[.., 2]));
    }
}
