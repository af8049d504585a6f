using System.Buffers.Binary;
using AttnGan.Imaging;
using CsCheck;
using SkiaSharp;

namespace AttnGan.Tests.Imaging;

public sealed class RgbImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("attngan-imaging-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.png", 0)]
    [InlineData("a.webp", 0)]
    [InlineData("a.jpg", 6)]
    [InlineData("a.JPEG", 6)]
    public void Images_survive_their_files(string name, int tolerance)
    {
        RgbImage image = Gradient(13, 7);
        image.Save(PathOf(name));
        var loaded = RgbImage.Load(PathOf(name), RgbColor.Black);
        Assert.Equal((13, 7), (loaded.Width, loaded.Height));
        Assert.All(image.Pixels.Zip(loaded.Pixels), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
        Assert.Equal([name], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Lossless_formats_keep_every_byte() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Bool.Select(png => png ? ImageFormat.Png : ImageFormat.WebP))
            .SelectMany((width, height, format) => Gen.Byte.Array[width * height * 3].Select(pixels => (width, height, format, pixels)))
            .Sample(sample => RgbImage
                .Decode(new RgbImage(sample.width, sample.height, sample.pixels).Encode(sample.format), RgbColor.White, "sample")
                .Pixels.SequenceEqual(sample.pixels));

    [Fact]
    public void Transparent_pixels_are_composited_with_the_background()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(255, 0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(200, 100, 0, 128));
        bitmap.SetPixel(2, 0, new SKColor(1, 2, 3, 255));
        using (SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100))
        {
            File.WriteAllBytes(PathOf("a.png"), data.ToArray());
        }

        var image = RgbImage.Load(PathOf("a.png"), RgbColor.Parse("#0a64ff"));
        Assert.Equal([10, 100, 255], image.Pixels[..3]);
        // 128/255 of the color and the rest of the background.
        Assert.Equal([105, 100, 127], image.Pixels[3..6]);
        Assert.Equal([1, 2, 3], image.Pixels[6..]);
    }

    // The oriented image: red top left, green top right, blue bottom left, white bottom right.
    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "GWRB")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "BRWG")]
    public void The_EXIF_orientation_is_applied(byte orientation, string stored)
    {
        var image = new RgbImage(32, 32);
        for (int i = 0; i < 32 * 32; i++)
        {
            char corner = stored[(i / 32 / 16 * 2) + (i % 32 / 16)];
            byte[] color = corner switch { 'R' => [255, 0, 0], 'G' => [0, 255, 0], 'B' => [0, 0, 255], _ => [255, 255, 255] };
            color.CopyTo(image.Pixels, i * 3);
        }

        File.WriteAllBytes(PathOf("a.jpg"), WithOrientation(image.Encode(ImageFormat.Jpeg), orientation));

        var loaded = RgbImage.Load(PathOf("a.jpg"), RgbColor.White);
        (int X, int Y)[] corners = [(6, 6), (26, 6), (6, 26), (26, 26)];
        Assert.Equal("RGBW", string.Concat(corners.Select(corner => Letter(loaded, corner.X, corner.Y))));
    }

    [Theory]
    [InlineData(1, 30, 20)]
    [InlineData(4, 30, 20)]
    [InlineData(5, 20, 30)]
    [InlineData(8, 20, 30)]
    public void The_header_gives_the_size_of_the_oriented_image(byte orientation, int width, int height)
    {
        File.WriteAllBytes(PathOf("a.jpg"), WithOrientation(Gradient(30, 20).Encode(ImageFormat.Jpeg), orientation));
        var loaded = RgbImage.Load(PathOf("a.jpg"), RgbColor.White);
        Assert.Equal((width, height), (loaded.Width, loaded.Height));
        Assert.Equal(new ImageHeader(ImageFormat.Jpeg, width, height), RgbImage.Identify(PathOf("a.jpg")));
    }

    [Fact]
    public void Errors_name_unreadable_files()
    {
        File.WriteAllText(PathOf("text.png"), "no image");
        File.WriteAllBytes(PathOf("empty.png"), []);
        byte[] png = Gradient(64, 64).Encode(ImageFormat.Png);
        File.WriteAllBytes(PathOf("cut.png"), png[..(png.Length / 2)]);
        byte[] jpeg = Gradient(64, 64).Encode(ImageFormat.Jpeg);
        File.WriteAllBytes(PathOf("cut.jpg"), jpeg[..(jpeg.Length / 2)]);
        foreach (string? name in new[] { "text.png", "empty.png", "cut.png", "cut.jpg", "missing.png" })
        {
            AttnGanException error = Assert.Throws<AttnGanException>(() => RgbImage.Load(PathOf(name), RgbColor.White));
            Assert.StartsWith($"{PathOf(name)}: ", error.Message, StringComparison.Ordinal);
            if (!name.StartsWith("cut", StringComparison.Ordinal))
            {
                Assert.Equal(error.Message, Assert.Throws<AttnGanException>(() => RgbImage.Identify(PathOf(name))).Message);
            }
        }
    }

    [Fact]
    public void Damaged_files_give_an_image_or_an_error_that_names_them() =>
        Gen.Select(
            Gen.Int[0, 2].Select(i => ImageFiles.WrittenFormats[i]),
            Gen.Select(Gen.Int[0, 1_000_000], Gen.Byte).List[1, 6],
            Gen.Int[0, 1_000_000]).Sample(
            (format, changes, length) =>
            {
                byte[] bytes = Gradient(9, 8).Encode(format);
                foreach ((int place, byte value) in changes)
                {
                    bytes[place % bytes.Length] = value;
                }

                try
                {
                    int kept = bytes.Length - (length % 3 == 0 ? length % bytes.Length : 0);
                    var image = RgbImage.Decode(bytes.AsSpan(0, kept), RgbColor.White, "it");
                    return image.Pixels.Length == image.Width * image.Height * 3;
                }
                catch (AttnGanException error)
                {
                    return error.Message.StartsWith("it: ", StringComparison.Ordinal);
                }
            },
            iter: 2000);

    [Fact]
    public void Huge_sizes_are_rejected_before_memory_is_allocated()
    {
        byte[] png = Gradient(4, 4).Encode(ImageFormat.Png);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));
        File.WriteAllBytes(PathOf("huge.png"), png);
        AttnGanException error = Assert.Throws<AttnGanException>(() => RgbImage.Load(PathOf("huge.png"), RgbColor.White));
        Assert.Contains("60000 x 60000", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, Assert.Throws<AttnGanException>(() => RgbImage.Identify(PathOf("huge.png"))).Message);
    }

    [Fact]
    public void A_file_that_is_too_long_is_rejected_before_it_is_read()
    {
        using (FileStream file = File.Create(PathOf("long.png")))
        {
            file.SetLength(RgbImage.MaxFileLength + 1L);
        }

        string path = PathOf("long.png");
        foreach (Action read in new Action[] { () => RgbImage.Identify(path), () => RgbImage.Load(path, RgbColor.White) })
        {
            Assert.Contains("the maximum is 256 MiB", Assert.Throws<AttnGanException>(read).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void Format_and_size_are_read_from_the_header_whatever_the_name_and_the_rest(ImageFormat format)
    {
        byte[] bytes = Gradient(300, 200).Encode(format);
        File.WriteAllBytes(PathOf("a.image"), bytes);
        Assert.Equal(new ImageHeader(format, 300, 200), RgbImage.Identify(PathOf("a.image")));

        File.WriteAllBytes(PathOf("a.image"), bytes[..(bytes.Length * 9 / 10)]);
        Assert.Equal(new ImageHeader(format, 300, 200), RgbImage.Identify(PathOf("a.image")));
        Assert.Throws<AttnGanException>(() => RgbImage.Load(PathOf("a.image"), RgbColor.White));

        File.WriteAllBytes(PathOf("a.image"), bytes[..8]);
        Assert.Contains(
            "a.image: not an image",
            Assert.Throws<AttnGanException>(() => RgbImage.Identify(PathOf("a.image"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_after_long_comments_is_found()
    {
        // Two comment segments, together longer than the part that is read first.
        byte[] jpeg = Gradient(30, 20).Encode(ImageFormat.Jpeg);
        byte[] comment = [0xFF, 0xFE, 0xFF, 0xFF, .. new byte[0xFFFD]];
        File.WriteAllBytes(PathOf("a.jpg"), [.. jpeg[..2], .. comment, .. comment, .. jpeg[2..]]);
        Assert.Equal(new ImageHeader(ImageFormat.Jpeg, 30, 20), RgbImage.Identify(PathOf("a.jpg")));
    }

    [Fact]
    public void Other_formats_are_rejected()
    {
        // The header of a TIFF.
        byte[] tiff = [.. "II*\0\b\0\0\0"u8];
        Assert.Throws<AttnGanException>(() => RgbImage.Decode(tiff, RgbColor.White, "a.tif"));
        File.WriteAllBytes(PathOf("a.png"), tiff);
        AttnGanException error = Assert.Throws<AttnGanException>(() => RgbImage.Identify(PathOf("a.png")));
        Assert.Contains("a.png: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "cannot write an image as '.bmp'",
            Assert.Throws<AttnGanException>(() => Gradient(2, 2).Save(PathOf("a.bmp"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_save_leaves_no_file()
    {
        string target = Directory.CreateDirectory(PathOf("taken.png")).FullName;
        Assert.Throws<AttnGanException>(() => Gradient(2, 2).Save(target));
        Assert.Throws<AttnGanException>(() => Gradient(2, 2).Save(PathOf("missing/a.png")));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Shrinking_a_fine_pattern_gives_its_mean(int factor)
    {
        // A checkerboard: without antialiasing, the result has stripes. Pixels at the border weigh slightly more.
        var image = new RgbImage(64, 64);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(((i / 3 % 64) + (i / 3 / 64)) % 2 * 255);
        }

        Assert.All(image.Resize(64 / factor, 64 / factor).Pixels, value => Assert.InRange(value, 125, 130));
    }

    [Fact]
    public void Shrinking_uses_a_widened_triangle_filter()
    {
        // Half size: weights 1/8, 3/8, 3/8, 1/8, at the border 3/7, 3/7, 1/7.
        var image = new RgbImage(8, 1, [.. Enumerable.Range(0, 8).SelectMany(x => Enumerable.Repeat((byte)(x == 3 ? 240 : 0), 3))]);
        RgbImage half = image.Resize(4, 1);
        Assert.Equal([0, 90, 30, 0], half.Pixels.Where((_, i) => i % 3 == 0));
        Assert.Equal(103, new RgbImage(4, 1, [240, 240, 240, .. new byte[9]]).Resize(2, 1).Pixels[0]);
    }

    [Fact]
    public void Resizing_keeps_a_solid_color()
    {
        Gen<int> side = Gen.Int[1, 40];
        Gen.Select(side, side, side, side, Gen.Byte).Sample((width, height, toWidth, toHeight, value) =>
        {
            var image = new RgbImage(width, height);
            image.Pixels.AsSpan().Fill(value);
            RgbImage resized = image.Resize(toWidth, toHeight);
            return (resized.Width, resized.Height) == (toWidth, toHeight) && resized.Pixels.All(pixel => pixel == value);
        });
    }

    [Fact]
    public void Cropping_returns_a_part_and_rejects_parts_outside()
    {
        RgbImage image = Gradient(6, 5);
        RgbImage crop = image.Crop(2, 1, 3, 4);
        Assert.Equal((3, 4), (crop.Width, crop.Height));
        Assert.Equal(image.Pixels.AsSpan((((3 + 1) * 6) + 2 + 1) * 3, 3), crop.Pixels.AsSpan(((3 * 3) + 1) * 3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(4, 0, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(-1, 0, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(int.MaxValue, 0, 3, 1));
    }

    [Fact]
    public void Flipping_mirrors_rows()
    {
        RgbImage image = Gradient(5, 3);
        RgbImage flipped = image.FlipHorizontally();
        Assert.Equal(image.Pixels.AsSpan(((1 * 5) + 4) * 3, 3), flipped.Pixels.AsSpan(1 * 5 * 3, 3));
        Assert.Equal(image.Pixels, flipped.FlipHorizontally().Pixels);
    }

    [Fact]
    public void The_number_of_pixels_must_match_the_size()
    {
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(50_000, 50_000));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static RgbImage Gradient(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < width * height; i++)
        {
            image.Pixels[i * 3] = (byte)(i % width * 255 / Math.Max(1, width - 1));
            image.Pixels[(i * 3) + 1] = (byte)(i / width * 255 / Math.Max(1, height - 1));
            image.Pixels[(i * 3) + 2] = 90;
        }

        return image;
    }

    private static char Letter(RgbImage image, int x, int y)
    {
        Span<byte> pixel = image.Pixels.AsSpan(((y * image.Width) + x) * 3, 3);
        return (pixel[0] > 127, pixel[1] > 127, pixel[2] > 127) switch
        {
            (true, true, true) => 'W',
            (true, _, _) => 'R',
            (_, true, _) => 'G',
            _ => 'B',
        };
    }

    /// <summary>Inserts an APP1 segment with a TIFF header and the single entry "orientation".</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2],
        0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0,
        (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
