using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using AttnGan.Imaging;
using CsCheck;

namespace AttnGan.Tests.Imaging;

public sealed class ImageMetadataTests : IDisposable
{
    private static readonly ImageMetadata s_full = new()
    {
        Caption = "a <red> apple & \"two\" 🍐\r\n\tin the grass, 红色的苹果",
        Truncation = 0.75,
        Seed = -7,
        Style = "ink & <wash>",
        Model = "emoji-64",
        Readings = "fruit <of>, read as apple",
        Software = "painter 2",
    };

    // Any UTF-16, with many of the characters that are special in XML or PNG.
    private static readonly Gen<string?> s_text = Gen.Frequency(
        (1, Gen.Const((string?)null)),
        (4, Gen.OneOf(Gen.Char, Gen.Char["<&>\"'] \r\n\t\0\ud83c\udf4e\uffff\ufeff"])
            .Array[0, 30].Select(characters => (string?)new string(characters))));

    private readonly string _folder = Directory.CreateTempSubdirectory("attngan-metadata-").FullName;

    public static TheoryData<ImageFormat> Formats => [.. ImageFiles.WrittenFormats];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Metadata_survives_its_file(string name)
    {
        Image(20, 9).Save(PathOf(name), s_full);
        Assert.Equal(s_full, ImageMetadata.Read(PathOf(name)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Any_metadata_survives_except_characters_that_XML_does_not_allow(ImageFormat format) =>
        Gen.Select(s_text, Gen.Long.Nullable(), s_text, s_text).Sample((caption, seed, model, software) =>
        {
            var metadata = new ImageMetadata { Caption = caption, Seed = seed, Model = model, Software = software };
            ImageMetadata? expected = metadata with { Caption = Allowed(caption), Model = Allowed(model), Software = Allowed(software) };
            if (expected is { Caption: null, Seed: null, Model: null, Software: null })
            {
                expected = null;
            }

            Assert.Equal(expected, ImageMetadata.Read(Image(3, 2).Encode(format, metadata), "it"));
        });

    [Fact]
    public void Metadata_changes_no_pixel() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[0, 2].Select(i => ImageFiles.WrittenFormats[i]))
            .SelectMany((width, height, format) => Gen.Byte.Array[width * height * 3].Select(pixels => (width, height, format, pixels)))
            .Sample(sample =>
            {
                var image = new RgbImage(sample.width, sample.height, sample.pixels);
                byte[] without = RgbImage.Decode(image.Encode(sample.format), RgbColor.White, "without").Pixels;
                byte[] with = RgbImage.Decode(image.Encode(sample.format, s_full), RgbColor.White, "with").Pixels;
                return with.SequenceEqual(without) && (sample.format == ImageFormat.Jpeg || with.SequenceEqual(sample.pixels));
            });

    [Theory]
    [MemberData(nameof(Formats))]
    public void Files_without_metadata_give_null(ImageFormat format) =>
        Assert.Null(ImageMetadata.Read(Image(20, 9).Encode(format), "it"));

    [Fact]
    public void The_default_software_is_this_library()
    {
        string? software = ImageMetadata.Read(Image(2, 2).Encode(ImageFormat.Png, new ImageMetadata()), "it")!.Software;
        Assert.Matches(@"^AttnGan \d+\.\d+\.\d+(-[\w.-]+)?$", software);
    }

    [Fact]
    public void Simple_viewers_of_PNG_find_caption_and_software()
    {
        byte[] png = Image(2, 2).Encode(ImageFormat.Png, s_full);
        Assert.Equal(
            [("Description", s_full.Caption!), ("Software", s_full.Software!)],
            Texts(png).Where(text => text.Keyword != "XML:com.adobe.xmp"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("&")]
    [InlineData("🍎")]
    [InlineData("a🍎<")]
    public void Too_long_captions_are_shortened_equally_in_every_format(string letters)
    {
        ImageMetadata metadata = s_full with { Caption = string.Concat(Enumerable.Repeat(letters, 70_000)) };
        ImageMetadata?[] read =
            [.. ImageFiles.WrittenFormats.Select(format => ImageMetadata.Read(Image(2, 2).Encode(format, metadata), "it"))];
        Assert.Single(read.Distinct());
        string caption = read[0]!.Caption!;
        Assert.Equal(metadata with { Caption = caption }, read[0]);
        Assert.EndsWith("…", caption, StringComparison.Ordinal);
        Assert.StartsWith(caption[..^1], metadata.Caption, StringComparison.Ordinal);
        // No character is split, and another one would not have fitted.
        Assert.False(char.IsHighSurrogate(caption[^2]));
        Assert.InRange(XmpPacket.Encode(metadata).Length, XmpPacket.MaxEncodedLength - 5, XmpPacket.MaxEncodedLength);
    }

    [Fact]
    public void Too_long_names_are_rejected()
    {
        foreach (string? caption in new[] { null, "apple" })
        {
            ImageMetadata metadata = s_full with { Caption = caption, Model = new string('m', 70_000) };
            AttnGanException error = Assert.Throws<AttnGanException>(() => Image(2, 2).Save(PathOf("a.png"), metadata));
            Assert.Contains("70000, 12 and 9 characters", error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(_folder));
        }
    }

    [Fact]
    public void Our_properties_are_read_from_packets_of_other_programs()
    {
        Assert.Equal(
            new ImageMetadata { Caption = "an apple", Software = "Painter" },
            ReadPacket("""<rdf:Description rdf:about="" xmp:CreatorTool="Painter" dc:description="an apple" dc:format="image/png"/>"""));
        Assert.Equal(
            new ImageMetadata { Caption = "an apple", Seed = 5, Model = "m", Software = null },
            ReadPacket(
                """
                <rdf:Description rdf:about="" a:Model="m"><dc:creator><rdf:Seq><rdf:li>me</rdf:li></rdf:Seq></dc:creator></rdf:Description>
                <rdf:Description rdf:about="" a:Seed="5"><dc:description><rdf:Alt><rdf:li xml:lang="de">ein Apfel</rdf:li>
                <rdf:li xml:lang="x-default">an apple</rdf:li></rdf:Alt></dc:description></rdf:Description>
                """));
        Assert.Equal(
            "ein Apfel",
            ReadPacket(
                """
                <rdf:Description rdf:about=""><dc:description><rdf:Alt><rdf:li xml:lang="de">ein Apfel</rdf:li></rdf:Alt></dc:description>
                </rdf:Description>
                """)?.Caption);
    }

    [Theory]
    [InlineData("""<rdf:Description rdf:about="" dc:format="image/png"/>""")]
    [InlineData("""<rdf:Description rdf:about="" a:Seed="many"/>""")]
    [InlineData("""<rdf:Description rdf:about=""><dc:description><rdf:Alt/></dc:description></rdf:Description>""")]
    [InlineData("""<rdf:Description><dc:description><b>structure</b></dc:description></rdf:Description>""")]
    [InlineData("""<other><rdf:Description a:Seed="5"/></other>""")]
    [InlineData("")]
    public void Packets_without_our_properties_give_null(string descriptions) => Assert.Null(ReadPacket(descriptions));

    [Fact]
    public void Padding_and_a_declared_encoding_are_ignored()
    {
        string packet = Packet("""<rdf:Description a:Seed="5"/>""");
        foreach (string written in
            new[] { $"\ufeff{packet}", $"<?xml version=\"1.0\" encoding=\"klingon\"?>{packet}", $"{packet}   \n\0\0" })
        {
            Assert.Equal(5, ImageMetadata.Read(PngWith(Encoding.UTF8.GetBytes(written)), "it")?.Seed);
        }
    }

    [Fact]
    public void Damaged_packets_give_a_clear_error()
    {
        byte[][] packets =
        [
            "no packet"u8.ToArray(),
            "<a><b></a>"u8.ToArray(),
            [.. "<a>"u8, 0xFF, .. "</a>"u8],
            // Entity expansion: DTDs are rejected.
            "<!DOCTYPE a [<!ENTITY b \"cccc\"><!ENTITY d \"&b;&b;&b;\">]><a>&d;</a>"u8.ToArray(),
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<b>", 100_000)) + string.Concat(Enumerable.Repeat("</b>", 100_000))),
            new byte[(1024 * 1024) + 1],
        ];
        foreach (byte[] packet in packets)
        {
            AttnGanException error = Assert.Throws<AttnGanException>(() => ImageMetadata.Read(PngWith(packet), "it"));
            Assert.StartsWith("it: the image's metadata cannot be read: its XMP packet ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Truncated_files_give_all_metadata_or_an_error_that_names_them(ImageFormat format)
    {
        byte[] bytes = Image(9, 8).Encode(format, s_full);
        int whole = 0;
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                Assert.Equal(s_full, ImageMetadata.Read(bytes.AsSpan(0, length), "it"));
                whole++;
            }
            catch (AttnGanException error)
            {
                Assert.StartsWith("it: ", error.Message, StringComparison.Ordinal);
                Assert.Equal(0, whole);
            }
        }

        // WebP has metadata after the pixels, the others before them.
        Assert.Equal(format != ImageFormat.WebP, whole > 30);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Truncated_files_without_metadata_give_null_or_an_error_that_names_them(ImageFormat format)
    {
        byte[] bytes = Image(9, 8).Encode(format);
        int errors = 0;
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                Assert.Null(ImageMetadata.Read(bytes.AsSpan(0, length), "it"));
            }
            catch (AttnGanException error)
            {
                Assert.StartsWith("it: ", error.Message, StringComparison.Ordinal);
                errors++;
            }
        }

        // The scan of a JPEG, after which no metadata is searched, may be truncated.
        Assert.True(format == ImageFormat.Jpeg ? errors > 100 : errors == bytes.Length, $"{errors} of {bytes.Length}.");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_files_give_metadata_or_an_error_that_names_them(ImageFormat format) =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.OneOf<byte>(Gen.Byte, Gen.OneOf<byte>(0, 1, 0x7F, 0x80, 0xFF))).List[1, 6].Sample(
            changes =>
            {
                byte[] bytes = Image(9, 8).Encode(format, s_full);
                foreach ((int place, byte value) in changes)
                {
                    bytes[place % bytes.Length] = value;
                }

                try
                {
                    var read = ImageMetadata.Read(bytes, "it");
                    return format != ImageFormat.Png || read is null || read == s_full;
                }
                catch (AttnGanException error)
                {
                    return error.Message.StartsWith("it: ", StringComparison.Ordinal);
                }
            },
            iter: 2000);

    [Theory]
    [InlineData(0u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    public void Lengths_in_a_file_are_not_trusted(uint length)
    {
        byte[] png = Image(2, 2).Encode(ImageFormat.Png, s_full);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(33), length);
        byte[] jpeg = Image(2, 2).Encode(ImageFormat.Jpeg, s_full);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(22), (ushort)length);
        byte[] webp = Image(2, 2).Encode(ImageFormat.WebP, s_full);
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(4), length);
        byte[] webpHead = Image(2, 2).Encode(ImageFormat.WebP, s_full);
        BinaryPrimitives.WriteUInt32LittleEndian(webpHead.AsSpan(16), length);
        foreach (byte[] bytes in new[] { png, jpeg, webpHead })
        {
            Assert.Throws<AttnGanException>(() => ImageMetadata.Read(bytes, "it"));
        }

        // Data outside the container does not belong to the image.
        if (length == 0)
        {
            Assert.Null(ImageMetadata.Read(webp, "it"));
        }
        else
        {
            Assert.Equal(s_full, ImageMetadata.Read(webp, "it"));
        }
    }

    [Fact]
    public void Fill_bytes_and_other_segments_of_a_JPEG_are_skipped()
    {
        byte[] jpeg = Image(2, 2).Encode(ImageFormat.Jpeg, s_full);
        byte[] exif = [0xFF, 0xE1, 0, 8, .. "Exif\0\0"u8];
        Assert.Equal(s_full, ImageMetadata.Read([.. jpeg[..2], .. exif, 0xFF, 0xFF, 0xFF, 0x01, .. jpeg[2..]], "it"));
    }

    [Fact]
    public void WebP_of_the_simple_format_gets_an_extended_header()
    {
        RgbImage image = Image(301, 7);
        byte[] simple = WebPChunks.Compose(WebPChunks.Chunk("VP8L"u8, WebPChunks.Find(image.Encode(ImageFormat.WebP), "VP8L"u8)));
        Assert.Null(ImageMetadata.Read(simple, "it"));
        byte[] extended = WebPChunks.Embed(simple, XmpPacket.Encode(s_full), image.Width, image.Height);
        Assert.Equal(s_full, ImageMetadata.Read(extended, "it"));
        Assert.Equal(image.Pixels, RgbImage.Decode(extended, RgbColor.White, "it").Pixels);
    }

    [Fact]
    public void Errors_for_other_files_are_the_same_as_when_loading()
    {
        File.WriteAllText(PathOf("text.png"), "no image");
        File.WriteAllBytes(PathOf("empty.png"), []);
        foreach (string name in new[] { "text.png", "empty.png", "missing.png" })
        {
            AttnGanException error = Assert.Throws<AttnGanException>(() => ImageMetadata.Read(PathOf(name)));
            Assert.Equal(Assert.Throws<AttnGanException>(() => RgbImage.Identify(PathOf(name))).Message, error.Message);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static RgbImage Image(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * 37))]);

    /// <summary>Removes the characters that XML 1.0 does not allow (production 2 of the standard).</summary>
    private static string? Allowed(string? text) => text is null ? null : string.Concat(
        Split(text).Where(character => character.Length == 2 || character[0] is '\t' or '\n' or '\r' or (>= ' ' and < '\ud800')
            or (>= '\ue000' and <= '\ufffd')));

    private static IEnumerable<string> Split(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int length = i + 1 < text.Length && char.IsSurrogatePair(text, i) ? 2 : 1;
            yield return text.Substring(i, length);
            i += length - 1;
        }
    }

    private static ImageMetadata? ReadPacket(string descriptions) =>
        ImageMetadata.Read(PngWith(Encoding.UTF8.GetBytes(Packet(descriptions))), "it");

    private static string Packet(string descriptions) =>
        $"""
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:a="attngan:ns:1.0/">
        {descriptions}</rdf:RDF></x:xmpmeta>
        """;

    private static byte[] PngWith(byte[] packet)
    {
        byte[] png = Image(2, 2).Encode(ImageFormat.Png);
        byte[] chunk = [.. "iTXtXML:com.adobe.xmp\0\0\0\0\0"u8, .. packet];
        byte[] numbers = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(numbers, chunk.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(4), Crc32.HashToUInt32(chunk));
        return [.. png[..33], .. numbers[..4], .. chunk, .. numbers[4..], .. png[33..]];
    }

    private static IEnumerable<(string Keyword, string Text)> Texts(byte[] png)
    {
        int length;
        for (int i = 8; i < png.Length; i += 12 + length)
        {
            length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(i));
            string[] parts = Encoding.UTF8.GetString(png, i + 4, 4 + length).Split('\0');
            if (parts[0].StartsWith("iTXt", StringComparison.Ordinal))
            {
                yield return (parts[0][4..], parts[^1]);
            }
        }
    }
}
