using System.Buffers.Binary;
using System.IO.Hashing;
using AttnGan.Imaging;

namespace AttnGan.Tests.Imaging;

/// <summary>Files of other programs: formats that are only read, orientation, and what is missing from them.</summary>
public sealed class ReadFormatsTests
{
    [Theory]
    [InlineData(1, 2, 3, "RG BW ..")]
    [InlineData(6, 3, 2, ".BR .WG")]
    [InlineData(8, 3, 2, "GW. RB.")]
    [InlineData(3, 2, 3, ".. WB GR")]
    public void The_orientation_of_a_PNG_is_that_of_its_eXIf_chunk(int orientation, int width, int height, string pixels)
    {
        foreach (bool bigEndian in new[] { false, true })
        {
            byte[] file = WithExif(Pattern().Encode(ImageFormat.Png), orientation, bigEndian);

            var image = RgbImage.Decode(file, RgbColor.White, "x.png");
            ImageHeader header = RgbImage.Identify(_ => file, "x.png");

            Assert.Equal((width, height, pixels), (image.Width, image.Height, Text(image)));
            Assert.Equal((width, height), (header.Width, header.Height));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("II*\0")]
    [InlineData("II*\0\u00FF\u00FF\u00FF\u00FF")]
    [InlineData("MM\0*\0\0\0\b\u00FF\u00FF")]
    public void A_damaged_eXIf_chunk_leaves_the_image_as_it_is(string exif)
    {
        byte[] file = WithChunk(Pattern().Encode(ImageFormat.Png), [.. exif.Select(letter => (byte)letter)]);
        var image = RgbImage.Decode(file, RgbColor.White, "x.png");
        Assert.Equal((2, 3), (image.Width, image.Height));
    }

    [Fact]
    public void A_BMP_is_read()
    {
        // A header of 14 and one of 40 bytes, rows from the bottom, blue first, padded to four bytes.
        byte[] file = new byte[54 + 16];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), 2);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), 2);
        file[26] = 1;
        file[28] = 24;
        file.AsSpan(54, 3).Fill(255); // white below red
        file[54 + 8 + 2] = 255;
        file[54 + 8 + 4] = 255; // green right of red

        var image = RgbImage.Decode(file, RgbColor.White, "x.bmp");

        Assert.Equal("RG W.", Text(image));
        Assert.Equal(ImageFormat.Bmp, RgbImage.Identify(_ => file, "x.bmp").Format);
        Assert.Null(ImageMetadata.Read(file, "x.bmp"));
    }

    [Fact]
    public void A_GIF_is_read()
    {
        // One pixel of the second color of a table of two: black and green.
        byte[] file =
        [
            .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0, 255, 0,
            0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 0x01, 0, 0x3B,
        ];

        Assert.Equal("G", Text(RgbImage.Decode(file, RgbColor.White, "x.gif")));
        Assert.Equal(ImageFormat.Gif, RgbImage.Identify(_ => file, "x.gif").Format);
    }

    [Fact]
    public void A_JPEG_that_lacks_only_its_end_marker_is_whole_and_a_shorter_one_is_damaged()
    {
        var image = new RgbImage(64, 48);
        new Random(5).NextBytes(image.Pixels);
        byte[] file = image.Encode(ImageFormat.Jpeg);
        Assert.Equal([0xFF, 0xD9], file[^2..]);
        byte[] expected = RgbImage.Decode(file, RgbColor.White, "x.jpg").Pixels;

        Assert.Equal(expected, RgbImage.Decode(file.AsSpan(0, file.Length - 2), RgbColor.White, "x.jpg").Pixels);
        foreach (int missing in new[] { 12, 40, 400, file.Length / 2 })
        {
            AttnGanException error = Assert.Throws<AttnGanException>(
                () => RgbImage.Decode(file.AsSpan(0, file.Length - missing), RgbColor.White, "x.jpg"));
            Assert.Equal("x.jpg: the image is damaged (it is truncated).", error.Message);
        }
    }

    // 16 x 16 pixels by cjpeg of libjpeg-turbo.
    private const string ProgressiveJpeg =
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBD
        ARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAQABADASIAAhEBAxEB/8QAFgABAQEA
        AAAAAAAAAAAAAAAABQME/8QAFAEBAAAAAAAAAAAAAAAAAAAAA//aAAwDAQACEAMQAAABO1QRZf/EABUQAQEAAAAAAAAAAAAAAAAAAAIA/9oACAEBAAEFAjEwgb//
        xAAWEQADAAAAAAAAAAAAAAAAAAAAAiH/2gAIAQMBAT8BWH//xAAXEQADAQAAAAAAAAAAAAAAAAAAAgMR/9oACAECAQE/AXth/8QAFBABAAAAAAAAAAAAAAAAAAAA
        IP/aAAgBAQAGPwIf/8QAFhABAQEAAAAAAAAAAAAAAAAAABEB/9oACAEBAAE/IcVRmrP/2gAMAwEAAgADAAAAEBP/xAAVEQEBAAAAAAAAAAAAAAAAAAAAAf/aAAgB
        AwEBPxC3/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAgBAgEBPxBP/8QAFRABAQAAAAAAAAAAAAAAAAAAIQD/2gAIAQEAAT8QBAIEAv/Z
        """;

    // The same with a scan for each component.
    private const string SequentialJpegOfThreeScans =
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBD
        ARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAQABADASIAAhEBAxEB/8QAFgABAQEA
        AAAAAAAAAAAAAAAABgQF/8QAGRAAAgMBAAAAAAAAAAAAAAAAAAQCERIh/9oACAEBAAA/ADq8dUai6+q4Qox1QjRX1XD/xAAUAQEAAAAAAAAAAAAAAAAAAAAE/8QA
        FxEAAwEAAAAAAAAAAAAAAAAAAAMEEv/aAAgBAhEAPwBj7Mn/xAAUAQEAAAAAAAAAAAAAAAAAAAAE/8QAFxEAAwEAAAAAAAAAAAAAAAAAAAEDEv/aAAgBAxEAPwBU
        ng//2Q==
        """;

    [Theory]
    [InlineData(ProgressiveJpeg, 10)]
    [InlineData(SequentialJpegOfThreeScans, 3)]
    public void A_JPEG_that_lacks_a_scan_is_damaged_and_one_that_lacks_only_its_end_marker_is_whole(string base64, int scans)
    {
        byte[] file = Convert.FromBase64String(base64);
        Assert.Equal([0xFF, 0xD9], file[^2..]);
        int[] starts = [.. Enumerable.Range(0, file.Length - 1).Where(at => file[at] == 0xFF && file[at + 1] == 0xDA)];
        byte[] expected = RgbImage.Decode(file, RgbColor.White, "x.jpg").Pixels;

        Assert.Equal(scans, starts.Length);
        Assert.Equal(expected, RgbImage.Decode(file.AsSpan(0, file.Length - 2), RgbColor.White, "x.jpg").Pixels);
        Assert.Equal(expected, RgbImage.Decode([.. file, 1, 2, 3], RgbColor.White, "x.jpg").Pixels); // data behind the end
        Assert.All([.. starts.Skip(1), .. starts.Skip(1).Select(start => start + 11)], length => Assert.Equal(
            "x.jpg: the image is damaged (it is truncated).",
            Assert.Throws<AttnGanException>(() => RgbImage.Decode(file.AsSpan(0, length), RgbColor.White, "x.jpg")).Message));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 52428800\n",
        "a Git LFS pointer to a file of 50 MB, not the file: fetch it with `git lfs pull`.")]
    [InlineData("<!DOCTYPE html><html>", "a web page, not the file: download it again in a browser.")]
    [InlineData("II*\0................", "a TIFF image, which is not read; convert it to PNG or JPEG.")]
    [InlineData("\0\0\0\u0018ftypheic................", "a HEIC image, which is not read; convert it to PNG or JPEG.")]
    [InlineData("nothing", "damaged, empty or neither PNG, JPEG, WebP, BMP nor GIF.")]
    public void A_file_that_is_no_image_is_named(string content, string what)
    {
        byte[] file = [.. content.Select(letter => (byte)letter)];
        Assert.Equal(
            $"x.png: not an image; it is {what}",
            Assert.Throws<AttnGanException>(() => RgbImage.Decode(file, RgbColor.White, "x.png")).Message);
    }

    [Theory]
    [InlineData("a.JFIF", true)]
    [InlineData("a.jpe", true)]
    [InlineData("a.PNG", true)]
    [InlineData("a.tif", false)]
    public void Extensions_are_recognized_in_any_case(string name, bool isRead)
    {
        Assert.Equal(isRead, ImageFiles.IsImage(name));
        Assert.Equal(isRead ? null : "TIFF", ImageFiles.UnreadFormatOf(name));
    }

    [Theory]
    [InlineData("x.bmp")]
    [InlineData("x.gif")]
    public void Formats_that_are_only_read_are_not_written(string path) => Assert.Contains(
        "use .png, .jpg or .webp",
        Assert.Throws<AttnGanException>(() => Pattern().Save(path)).Message,
        StringComparison.Ordinal);

    /// <summary>Red and green above blue and white above black.</summary>
    private static RgbImage Pattern() => new(2, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0]);

    private static string Text(RgbImage image) => string.Join(' ', Enumerable.Range(0, image.Height).Select(y =>
        new string([.. Enumerable.Range(0, image.Width).Select(x => image.Pixels.AsSpan(((y * image.Width) + x) * 3, 3) switch
        {
            [255, 0, 0] => 'R',
            [0, 255, 0] => 'G',
            [0, 0, 255] => 'B',
            [255, 255, 255] => 'W',
            [0, 0, 0] => '.',
            _ => '?',
        })])));

    private static byte[] WithExif(byte[] png, int orientation, bool bigEndian)
    {
        byte[] exif = new byte[26];
        (bigEndian ? "MM\0*\0\0\0\b\0\u0001"u8 : "II*\0\b\0\0\0\u0001\0"u8).CopyTo(exif);
        void Short(int at, ushort value)
        {
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(at), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(exif.AsSpan(at), value);
            }
        }

        Short(10, 0x0112);
        Short(12, 3);
        Short(bigEndian ? 16 : 14, 1);
        Short(18, (ushort)orientation);
        return WithChunk(png, exif);
    }

    /// <summary>Inserts an eXIf chunk behind the header.</summary>
    private static byte[] WithChunk(byte[] png, byte[] data)
    {
        byte[] typeAndData = [.. "eXIf"u8, .. data];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(typeAndData));
        return [.. png[..33], .. number, .. typeAndData, .. checksum, .. png[33..]];
    }
}
