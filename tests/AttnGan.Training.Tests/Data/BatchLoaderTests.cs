using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class BatchLoaderTests : IDisposable
{
    private readonly TemporaryDataset _folder = new();

    private static BatchLoaderOptions Options => new() { BatchSize = 3, Sizes = [4, 8, 16], CropScale = 1.25, Seed = 5 };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 2, 512)]
    [InlineData(4, 8, 0)]
    public void Batches_do_not_depend_on_workers_prefetch_or_cache(int workers, int prefetch, int cacheMegabytes)
    {
        IReadOnlyList<CaptionedImage> images = Images(14);
        var expected = Loader(images, Options).Batches(2).Select(Fingerprint).ToList();
        BatchLoader loader = Loader(images, Options with { Workers = workers, Prefetch = prefetch, CacheMegabytes = cacheMegabytes });
        _ = loader.Batches(1).Count();
        Assert.Equal(expected, loader.Batches(2).Select(Fingerprint));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void An_epoch_can_start_at_any_batch(int firstBatch)
    {
        BatchLoader loader = Loader(Images(14), Options with { Workers = 2 });
        var whole = loader.Batches(3).Select(Fingerprint).ToList();
        Assert.Equal(4, whole.Count);
        Assert.Equal(whole.Skip(firstBatch), Loader(Images(14), Options).Batches(3, firstBatch).Select(Fingerprint));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Ranks_share_the_rows_of_each_batch(int views)
    {
        BatchLoaderOptions options = Options with { BatchSize = 6, Sizes = [16], Views = views };
        IReadOnlyList<CaptionedImage> images = Images(14);
        var whole = Loader(images, options).Batches(2).ToList();
        List<CaptionedBatch>[] shares =
            [.. Enumerable.Range(0, 3).Select(rank => Loader(images, options with { Rank = rank, Ranks = 3 }).Batches(2).ToList())];

        for (int i = 0; i < whole.Count; i++)
        {
            CaptionedBatch[] parts = [.. shares.Select(share => share[i])];
            Assert.All(parts, part => Assert.Equal(2, part.Size));
            Assert.All(parts, part => Assert.Equal(whole[i].Classes, part.GlobalClasses));
            Assert.All(parts, part => Assert.Equal(whole[i].MaxLength, part.MaxLength));
            Assert.Equal([0, 3, 1, 4, 2, 5], parts.SelectMany(part => part.Rows));
            foreach ((CaptionedBatch part, int b) in parts.SelectMany(part => new[] { (part, 0), (part, 1) }))
            {
                int row = part.Rows[b];
                Assert.Equal(whole[i].Captions[row].Text, part.Captions[b].Text);
                Assert.Equal(PixelsOf(whole[i], row), PixelsOf(part, b));
            }
        }

        static float[] PixelsOf(CaptionedBatch batch, int b) => batch.Views.Count > 0
            ? batch.Views[b].Pixels!
            : batch.Images[0].AsSpan(b * 3 * 16 * 16, 3 * 16 * 16).ToArray();
    }

    [Fact]
    public void Each_epoch_has_all_images_in_a_different_order()
    {
        BatchLoader loader = Loader(Images(12), Options);
        List<string> first = Names(loader.Batches(0));
        List<string> second = Names(loader.Batches(1));
        Assert.NotEqual(first, second);
        Assert.Equal(12, first.Distinct().Count());
        Assert.Equal(first.Order(), second.Order());
        Assert.NotEqual(first, Names(Loader(Images(12), Options with { Seed = 6 }).Batches(0)));
    }

    [Fact]
    public void Captions_crops_and_flips_vary_between_epochs()
    {
        BatchLoader loader = Loader(Images(1), Options with { BatchSize = 1 });
        var samples = Enumerable.Range(0, 40).Select(epoch => loader.Batches(epoch).Single()).ToList();
        Assert.Equal(2, samples.Select(batch => batch.Captions[0].Text).Distinct().Count());
        Assert.True(samples.Select(batch => Convert.ToHexString(ToBytes(batch.Images[2]))).Distinct().Count() > 10);
    }

    [Fact]
    public void Without_augmentation_all_epochs_have_the_center_crop_and_the_first_caption()
    {
        IReadOnlyList<CaptionedImage> images = Images(3);
        BatchLoader loader = Loader(images, Options with { Augment = false, Shuffle = false });
        CaptionedBatch batch = loader.Batches(0).Single();
        Assert.Equal(Fingerprint(batch), Fingerprint(loader.Batches(7).Single()));
        Assert.Equal(images.Select(image => image.Captions[0]), batch.Captions.Select(caption => caption.Text));

        RgbImage scaled = RgbImage.Load(images[0].Path, RgbColor.White).Resize(20, 20).Crop(2, 2, 16, 16);
        Assert.Equal((scaled.Pixels[(((5 * 16) + 9) * 3) + 1] / 127.5f) - 1, batch.Images[2][(1 * 256) + (5 * 16) + 9], 1e-6f);
    }

    [Fact]
    public void Views_are_the_same_in_all_epochs_and_the_first_is_the_center_crop()
    {
        IReadOnlyList<CaptionedImage> images = Images(2);
        BatchLoaderOptions options = Options with { BatchSize = 2, Sizes = [16], Views = 3 };
        BatchLoader loader = Loader(images, options);
        ILookup<UInt128, string> pixels = Enumerable.Range(0, 40).SelectMany(epoch => loader.Batches(epoch).Single().Views)
            .ToLookup(view => view.Key, view => Convert.ToHexString(ToBytes(view.Pixels!)));

        Assert.Equal(6, pixels.Count); // three of each image
        Assert.All(pixels, view => Assert.Single(view.Distinct()));
        Assert.Equal(6, pixels.Select(view => view.First()).Distinct().Count());

        CaptionedBatch center = Loader(images, (options with { Seed = 9 }).ForValidation()).Batches(0).Single();
        BatchLoaderOptions plain = (options with { Views = 0 }).ForValidation();
        Assert.All(center.Views, view => Assert.True(pixels.Contains(view.Key)));
        Assert.Equal(Loader(images, plain).Batches(0).Single().Images[0], center.Views.SelectMany(view => view.Pixels!));
        Assert.Empty(center.Images);
    }

    [Fact]
    public void Views_that_need_no_pixels_are_not_decoded()
    {
        IReadOnlyList<CaptionedImage> images = Images(3);
        BatchLoaderOptions options = Options with { Sizes = [16], Views = 1 };
        UInt128 kept = Loader(images, options.ForValidation()).Batches(0).Single().Views[1].Key;
        File.SetLastWriteTimeUtc(images[2].Path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var loader = new BatchLoader(images, Encoder(images), options.ForValidation(), key => key != kept);

        CaptionedBatch batch = loader.Batches(0).Single();

        Assert.Equal([false, true, false], batch.Views.Select(view => view.Pixels is null));
        Assert.Equal(kept, batch.Views[1].Key);
        Assert.NotEqual( // a changed file is another image
            Loader(Images(3), options.ForValidation()).Batches(0).Single().Views[2].Key, batch.Views[2].Key);
    }

    [Fact]
    public void Smaller_images_are_scaled_from_the_largest()
    {
        CaptionedBatch batch = Loader(Images(6), Options).Batches(0).First();
        Assert.Equal([3 * 3 * 16, 3 * 3 * 64, 3 * 3 * 256], batch.Images.Select(image => image.Length));
        for (int b = 0; b < 3; b++)
        {
            var largest = new RgbImage(16, 16);
            for (int i = 0; i < 256 * 3; i++)
            {
                largest.Pixels[i] = (byte)Math.Round((batch.Images[2][(b * 768) + (i % 3 * 256) + (i / 3)] + 1) * 127.5f);
            }

            RgbImage small = largest.Resize(4, 4);
            for (int i = 0; i < 48; i++)
            {
                Assert.Equal((small.Pixels[i] / 127.5f) - 1, batch.Images[0][(b * 48) + (i % 3 * 16) + (i / 3)], 1e-6f);
            }
        }
    }

    [Fact]
    public void Captions_are_zero_padded_to_the_longest()
    {
        CaptionedBatch batch = Loader(Images(6), Options with { Shuffle = false, Augment = false }).Batches(0).First();
        Assert.Equal(5, batch.MaxLength);
        Assert.Equal([5L, 5, 5], batch.Lengths);
        foreach (CaptionedBatch sampled in Loader(Images(12), Options).Batches(0))
        {
            Assert.Equal(sampled.Size * sampled.MaxLength, sampled.CaptionIds.Length);
            for (int b = 0; b < sampled.Size; b++)
            {
                Span<long> row = sampled.CaptionIds.AsSpan(b * sampled.MaxLength, sampled.MaxLength);
                Assert.Equal(sampled.Captions[b].Ids.Select(id => (long)id), row[..(int)sampled.Lengths[b]].ToArray());
                Assert.DoesNotContain(row[(int)sampled.Lengths[b]..].ToArray(), id => id != 0);
            }
        }
    }

    [Fact]
    public void Images_of_the_same_class_share_a_number_and_images_without_a_class_have_their_own()
    {
        IReadOnlyList<CaptionedImage> images = Images(6);
        CaptionedImage[] classified = [images[0] with { Class = "x" }, images[1], images[2] with { Class = "x" }, .. images.Skip(3)];
        BatchLoader loader = Loader(classified, Options with { BatchSize = 6, Shuffle = false });
        long[] classes = loader.Batches(0).Single().Classes;
        Assert.Equal(classes[0], classes[2]);
        Assert.Equal(5, classes.Distinct().Count());
    }

    [Fact]
    public void A_smaller_last_batch_is_kept_on_request()
    {
        BatchLoader loader = Loader(Images(8), Options with { DropLast = false });
        Assert.Equal(3, loader.BatchesPerEpoch);
        Assert.Equal([3, 3, 2], loader.Batches(0).Select(batch => batch.Size));
        Assert.Equal(2, Loader(Images(8), Options).BatchesPerEpoch);
    }

    [Fact]
    public void Leaving_an_epoch_early_stops_its_workers()
    {
        BatchLoader loader = Loader(Images(14), Options with { Workers = 3, Prefetch = 3, BatchSize = 1 });
        using (IEnumerator<CaptionedBatch> batches = loader.Batches(0).GetEnumerator())
        {
            Assert.True(batches.MoveNext());
            Assert.True(SpinWait.SpinUntil(() => loader.ActiveWorkers == 3, TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(0, loader.ActiveWorkers);
    }

    [Fact]
    public void Prefetching_is_bounded()
    {
        // There are more batches than the channel holds, so the worker waits for the reader.
        BatchLoader loader = Loader(Images(14), Options with { Workers = 1, Prefetch = 2, BatchSize = 1 });
        using IEnumerator<CaptionedBatch> batches = loader.Batches(0).GetEnumerator();
        Assert.True(batches.MoveNext());
        Assert.False(SpinWait.SpinUntil(() => loader.ActiveWorkers == 0, TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public void Cancellation_ends_an_epoch()
    {
        using var cancellation = new CancellationTokenSource();
        BatchLoader loader = Loader(Images(14), Options with { BatchSize = 1, Prefetch = 1 });
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (CaptionedBatch _ in loader.Epoch(0, 0, cancellation.Token))
            {
                cancellation.Cancel();
            }
        });
        Assert.Equal(0, loader.ActiveWorkers);
    }

    [Fact]
    public void An_unreadable_image_ends_the_epoch_with_an_error_that_names_it()
    {
        IReadOnlyList<CaptionedImage> images = Images(6);
        File.WriteAllText(images[4].Path, "no image");
        DamagedImageException error =
            Assert.Throws<DamagedImageException>(() => Loader(images, Options with { Workers = 2 }).Batches(0).ToList());
        Assert.Contains(images[4].Path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_damaged_image_can_be_passed_over(int workers)
    {
        IReadOnlyList<CaptionedImage> images = Images(6);
        byte[] bytes = File.ReadAllBytes(images[4].Path);
        File.WriteAllBytes(images[4].Path, bytes[..(bytes.Length / 2)]);
        BatchLoader loader = Loader(images, Options with { Workers = workers, SkipDamaged = true });

        var first = loader.Batches(0).ToList();
        List<string> names = Names(first);

        Assert.Equal(6, names.Count);
        Assert.DoesNotContain(images[4].Name, names);
        Assert.Equal([images[4].Name], loader.Damaged.Keys);
        Assert.Equal(first.Select(Fingerprint), Loader(images, Options with { SkipDamaged = true }).Batches(0).Select(Fingerprint));

        BatchLoader validation = Loader(images, (Options with { SkipDamaged = true }).ForValidation());
        Assert.Equal(images.Where((_, i) => i != 4).Select(image => image.Name), Names(validation.Batches(0)));
    }

    [Fact]
    public void Training_rejects_a_caption_without_known_words()
    {
        CaptionedImage[] images = [.. Images(3), new("z.png", "/z.png", ["a bird", "zyx wvu"])];
        DatasetException error = Assert.Throws<DatasetException>(() => Loader(images, Options, Encoder(images.SkipLast(1))));
        Assert.Equal(
            "The captions of 1 image cannot be used:\n" +
            "  z.png: no word of caption \"zyx wvu\" is in the vocabulary; reword it or lower data.min_word_count.",
            error.Message);
    }

    [Fact]
    public void Validation_skips_unknown_captions_if_the_image_has_another()
    {
        IReadOnlyList<CaptionedImage> images = Images(3);
        CaptionEncoder encoder = Encoder(images);
        BatchLoaderOptions options = Options with { BatchSize = 1, Augment = false, Shuffle = false };
        CaptionedBatch batch = Loader([images[0] with { Captions = ["zyx", "a bird"] }], options, encoder).Batches(0).Single();
        Assert.Equal("a bird", batch.Captions[0].Text);
        Assert.Throws<DatasetException>(() => Loader([images[0] with { Captions = ["zyx", "wvu"] }], options, encoder));
    }

    [Fact]
    public void A_batch_larger_than_the_dataset_is_rejected() =>
        Assert.Contains(
            "Batch size 9 is larger than the number of images, 4;",
            Assert.Throws<AttnGanException>(() => Loader(Images(4), Options with { BatchSize = 9 })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Options_follow_the_configuration()
    {
        var config = new DataConfig
        {
            Background = "#010203",
            CropScale = 1.5,
            Flip = false,
            Prefetch = 2,
            Workers = 3,
            CacheMegabytes = 4,
        };
        int[] sizes = [8, 16];
        Assert.Equal(
            new BatchLoaderOptions
            {
                BatchSize = 7,
                Sizes = sizes,
                CropScale = 1.5,
                Flip = false,
                Background = new RgbColor(1, 2, 3),
                Seed = 9,
                Workers = 3,
                Prefetch = 2,
                CacheMegabytes = 4,
                Augment = true,
                DropLast = true,
                Shuffle = true,
            },
            BatchLoaderOptions.For(config, 7, sizes, 9));
    }

    public static TheoryData<BatchLoaderOptions> InvalidOptions =>
    [
        Options with { BatchSize = 0 },
        Options with { Workers = 0 },
        Options with { Prefetch = 0 },
        Options with { CacheMegabytes = -1 },
        Options with { CropScale = 0.9 },
        Options with { CropScale = 10.1 },
        Options with { CropScale = double.NaN },
        Options with { Sizes = [] },
        Options with { Sizes = [0, 8] },
        Options with { Sizes = [16, 8] },
        Options with { Sizes = [8, 8] },
        Options with { Sizes = [8], Views = -1 },
        Options with { Sizes = [8, 16], Views = 1 },
    ];

    [Theory]
    [MemberData(nameof(InvalidOptions), DisableDiscoveryEnumeration = true)]
    public void Invalid_options_are_rejected(BatchLoaderOptions options) =>
        Assert.ThrowsAny<ArgumentException>(() => Loader(Images(4), options));

    private static List<string> Names(IEnumerable<CaptionedBatch> batches) =>
        [.. batches.SelectMany(batch => batch.Items).Select(item => item.Name)];

    private static string Fingerprint(CaptionedBatch batch) => string.Join(
        '|',
        [
            .. batch.Items.Select(item => item.Name),
            .. batch.CaptionIds.Select(id => id.ToString()),
            .. batch.Classes.Select(id => id.ToString()),
            .. batch.Images.Select(image => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(ToBytes(image)))),
        ]);

    private static byte[] ToBytes(float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static CaptionEncoder Encoder(IEnumerable<CaptionedImage> images)
    {
        var tokenizer = new CaptionTokenizer(TokenizerMode.Unicode);
        return new CaptionEncoder(
            tokenizer, Vocabulary.Build(images.SelectMany(image => image.Captions).Select(tokenizer.Tokenize)), maxWords: 18);
    }

    private static BatchLoader Loader(IReadOnlyList<CaptionedImage> images, BatchLoaderOptions options, CaptionEncoder? encoder = null) =>
        new(images, encoder ?? Encoder(images), options);

    private IReadOnlyList<CaptionedImage> Images(int count) =>
        CaptionedImageDataset.Open(_folder.WithImages(count).Root, new DataConfig { ValidationFraction = 0 }).Train;
}

file static class BatchLoaderExtensions
{
    public static IEnumerable<CaptionedBatch> Batches(this BatchLoader loader, int epoch, int firstBatch = 0) =>
        loader.Epoch(epoch, firstBatch, TestContext.Current.CancellationToken);
}
