using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AttnGan.Training.Data;

/// <summary>
/// Writes WebDataset archives: <c>train-000000.tar</c> and so on, with <c>NAME.png</c>, <c>NAME.txt</c> (captions, one per line) and, for
/// class, group, thing and style, <c>NAME.json</c>. The same images give the same bytes.
/// </summary>
internal sealed class WebDatasetWriter(string folder) : IShardWriter
{
    private const long MaxShardBytes = 1L << 30;

    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private TarWriter? _writer;
    private FileStream? _stream;
    private string? _split;
    private int _shard;

    /// <summary>Returns the key of an image's name, without its extension: a key ends at the first dot.</summary>
    public static string KeyOf(string name)
    {
        string stem = name[..^Path.GetExtension(name).Length];
        int slash = stem.LastIndexOf('/') + 1;
        return stem[..slash] + stem[slash..].Replace('.', '_');
    }

    public void Add(string split, string name, CaptionedImage image, byte[] bytes)
    {
        if (split != _split || _stream!.Position + bytes.Length > MaxShardBytes)
        {
            _shard = split == _split ? _shard + 1 : 0;
            _split = split;
            Begin();
        }

        string key = KeyOf(name);
        Write(key + Path.GetExtension(name).ToLowerInvariant(), bytes);
        Write($"{key}.txt", Encoding.UTF8.GetBytes(string.Join('\n', image.Captions.Select(caption => caption.ReplaceLineEndings(" ")))));
        if ((image.Class ?? image.Category ?? image.Thing ?? image.Style) is not null)
        {
            var fields = new { @class = image.Class, group = image.Category, thing = image.Thing, style = image.Style };
            Write($"{key}.json", JsonSerializer.SerializeToUtf8Bytes(fields, s_json));
        }
    }

    public void Complete()
    {
        _writer?.Dispose();
        _stream?.Dispose();
        (_writer, _stream) = (null, null);
    }

    public void Dispose() => Complete();

    private void Begin()
    {
        Complete();
        _stream = new FileStream(Path.Combine(folder, $"{_split}-{_shard:D6}.tar"), FileMode.CreateNew);
        _writer = new TarWriter(_stream, TarEntryFormat.Pax, leaveOpen: true);
    }

    private void Write(string name, byte[] content) => _writer!.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(content),
        ModificationTime = DateTimeOffset.UnixEpoch,
    });
}
