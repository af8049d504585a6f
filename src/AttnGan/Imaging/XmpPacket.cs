using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AttnGan.Imaging;

/// <summary>Metadata as an XMP packet (ISO 16684-1): RDF in XML, the same for all image formats.</summary>
internal static class XmpPacket
{
    /// <summary>The maximum length of encoded packets in bytes: what fits into one segment of a JPEG file.</summary>
    public const int MaxEncodedLength = JpegSegments.MaxXmpLength;

    // Far more than our packets need, even with additions of other programs. The time of reading XML is quadratic in the number of
    // attributes and in the depth (about 10 for the RDF of XMP): without limits, a malicious file would take minutes.
    private const int MaxParsedLength = 1024 * 1024;
    private const int MaxParsedDepth = 100;

    private const string Ellipsis = "…";

    private static readonly XNamespace s_meta = "adobe:ns:meta/";
    private static readonly XNamespace s_rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace s_dc = "http://purl.org/dc/elements/1.1/";
    private static readonly XNamespace s_xmp = "http://ns.adobe.com/xap/1.0/";
    private static readonly XNamespace s_own = "attngan:ns:1.0/";

    private static readonly XName s_caption = s_dc + "description";
    private static readonly XName s_software = s_xmp + "CreatorTool";
    private static readonly XName s_seed = s_own + "Seed";
    private static readonly XName s_truncation = s_own + "Truncation";
    private static readonly XName s_style = s_own + "Style";
    private static readonly XName s_model = s_own + "Model";
    private static readonly XName s_readings = s_own + "Readings";

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Encodes metadata in UTF-8. A caption that is too long for <see cref="MaxEncodedLength"/> is shortened.</summary>
    /// <exception cref="AttnGanException">The other texts are too long by themselves.</exception>
    public static byte[] Encode(ImageMetadata metadata) => Write(Fit(metadata));

    /// <summary>Returns the metadata as a packet stores it: without characters that XML does not allow, the caption shortened.</summary>
    public static ImageMetadata Fit(ImageMetadata metadata)
    {
        string? caption = Clean(metadata.Caption);
        ImageMetadata clean = metadata with
        {
            Caption = caption,
            Style = Clean(metadata.Style),
            Model = Clean(metadata.Model),
            Readings = Clean(metadata.Readings),
            Software = Clean(metadata.Software),
        };
        if (Fits(clean))
        {
            return clean;
        }

        if (caption is null || !Fits(Shortened(clean, 0)))
        {
            throw new AttnGanException(
                $"The names of model, style and software have {metadata.Model?.Length ?? 0}, {metadata.Style?.Length ?? 0} and "
                + $"{metadata.Software?.Length ?? 0} characters; the metadata of an image has at most {MaxEncodedLength} bytes. Shorten "
                + "them.");
        }

        (int kept, int tooLong) = (0, Math.Min(caption.Length, MaxEncodedLength));
        while (kept + 1 < tooLong)
        {
            int middle = (kept + tooLong) / 2;
            (kept, tooLong) = Fits(Shortened(clean, middle)) ? (middle, tooLong) : (kept, middle);
        }

        return Shortened(clean, kept);
    }

    /// <summary>Parses a packet; returns null if it has none of our properties.</summary>
    /// <exception cref="FormatException">It is not an XMP packet, or too long.</exception>
    public static ImageMetadata? Parse(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > MaxParsedLength)
        {
            throw new FormatException($"its XMP packet has {packet.Length} bytes; the maximum is {MaxParsedLength}");
        }

        XDocument document = Load(packet);
        XElement[] descriptions = [.. document.Descendants(s_rdf + "Description").Where(element => element.Parent?.Name == s_rdf + "RDF")];
        var metadata = new ImageMetadata
        {
            Caption = Read(descriptions, s_caption),
            Seed = long.TryParse(Read(descriptions, s_seed), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed)
                ? seed : null,
            Truncation =
                double.TryParse(Read(descriptions, s_truncation), NumberStyles.Float, CultureInfo.InvariantCulture, out double truncation)
                    ? truncation : null,
            Style = Read(descriptions, s_style),
            Model = Read(descriptions, s_model),
            Readings = Read(descriptions, s_readings),
            Software = Read(descriptions, s_software),
        };
        return metadata == new ImageMetadata { Software = null } ? null : metadata;
    }

    private static XDocument Load(ReadOnlySpan<byte> packet)
    {
        try
        {
            // Decoded here, so that the reader ignores the encoding that the packet declares. Some programs pad packets with zeros.
            string text = s_utf8.GetString(packet).Trim('\0', '\ufeff');
            using (XmlReader reader = Reader(text))
            {
                while (reader.Read())
                {
                    if (reader.Depth > MaxParsedDepth)
                    {
                        throw new FormatException($"its XMP packet has more than {MaxParsedDepth} nested elements");
                    }
                }
            }

            using XmlReader xml = Reader(text);
            return XDocument.Load(xml, LoadOptions.PreserveWhitespace);
        }
        catch (Exception error) when (error is XmlException or DecoderFallbackException)
        {
            throw new FormatException($"its XMP packet is damaged ({error.Message.TrimEnd('.')})", error);
        }
    }

    private static XmlReader Reader(string text) =>
        XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });

    /// <summary>Removes the characters that XML does not allow.</summary>
    private static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var clean = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                clean.Append(text, i, 2);
                i++;
            }
            else if (XmlConvert.IsXmlChar(text[i]))
            {
                clean.Append(text[i]);
            }
        }

        return clean.ToString();
    }

    private static byte[] Write(ImageMetadata metadata)
    {
        var description = new XElement(
            s_rdf + "Description",
            new XAttribute(s_rdf + "about", ""),
            new XAttribute(XNamespace.Xmlns + "dc", s_dc),
            new XAttribute(XNamespace.Xmlns + "xmp", s_xmp),
            new XAttribute(XNamespace.Xmlns + "attngan", s_own),
            metadata.Caption is { } caption
                ? new XElement(
                    s_caption,
                    new XElement(
                        s_rdf + "Alt",
                        new XElement(s_rdf + "li", new XAttribute(XNamespace.Xml + "lang", "x-default"), caption)))
                : null,
            Property(s_software, metadata.Software),
            Property(s_seed, metadata.Seed?.ToString(CultureInfo.InvariantCulture)),
            Property(s_truncation, metadata.Truncation?.ToString(CultureInfo.InvariantCulture)),
            Property(s_style, metadata.Style),
            Property(s_model, metadata.Model),
            Property(s_readings, metadata.Readings));
        var document = new XDocument(
            // The identifier is the same in all packets; programs search files of unknown formats for it.
            new XProcessingInstruction("xpacket", "begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\""),
            new XElement(
                s_meta + "xmpmeta",
                new XAttribute(XNamespace.Xmlns + "x", s_meta),
                new XElement(s_rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", s_rdf), description)),
            new XProcessingInstruction("xpacket", "end=\"w\""));

        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = s_utf8,
            OmitXmlDeclaration = true,
            Indent = true,
            NewLineChars = "\n",
            // XML readers normalize line breaks, except those written as entities.
            NewLineHandling = NewLineHandling.Entitize,
        };
        using (var writer = XmlWriter.Create(stream, settings))
        {
            document.Save(writer);
        }

        return stream.ToArray();
    }

    private static XElement? Property(XName name, string? value) => value is null ? null : new XElement(name, value);

    private static ImageMetadata Shortened(ImageMetadata metadata, int length)
    {
        string caption = metadata.Caption!;
        int whole = length > 0 && char.IsHighSurrogate(caption[length - 1]) ? length - 1 : length;
        return metadata with { Caption = caption[..whole] + Ellipsis };
    }

    // A character takes at least a byte, so a longer caption need not be encoded.
    private static bool Fits(ImageMetadata metadata) =>
        (metadata.Caption?.Length ?? 0) <= MaxEncodedLength && Write(metadata).Length <= MaxEncodedLength;

    /// <summary>Reads a property, which is an element or, as many programs write short ones, an attribute.</summary>
    private static string? Read(XElement[] descriptions, XName name) =>
        descriptions.Select(description => description.Element(name) is { } element ? TextOf(element) : description.Attribute(name)?.Value)
            .FirstOrDefault(text => text is not null);

    /// <summary>Returns the text of a property, in the default language if there are several.</summary>
    private static string? TextOf(XElement property)
    {
        XElement[] texts = [.. property.Elements(s_rdf + "Alt").Elements(s_rdf + "li")];
        XElement? text = texts.FirstOrDefault(element => element.Attribute(XNamespace.Xml + "lang")?.Value == "x-default")
            ?? texts.FirstOrDefault() ?? property;
        // A structure has no text.
        return text.HasElements ? null : text.Value;
    }
}
