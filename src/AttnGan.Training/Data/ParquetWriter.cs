using Parquet.Schema;

namespace AttnGan.Training.Data;

/// <summary>
/// Writes Parquet files as Hugging Face's datasets have them: <c>train-00000.parquet</c> and so on, with a column <c>image</c> of
/// <c>bytes</c> and <c>path</c>, <c>captions</c>, <c>class</c>, <c>group</c>, <c>thing</c> and <c>style</c>.
/// </summary>
internal sealed class ParquetWriter(string folder) : IShardWriter
{
    private const long MaxShardBytes = 500L << 20;
    private const long MaxGroupBytes = 32L << 20;
    private const int MaxGroupRows = 100;

    // The features that `datasets.load_dataset` reads: without them the images would be plain bytes.
    private const string Features =
        """
        {"info": {"features": {"image": {"_type": "Image"}, "captions": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"},
        "class": {"dtype": "string", "_type": "Value"}, "group": {"dtype": "string", "_type": "Value"},
        "thing": {"dtype": "string", "_type": "Value"}, "style": {"dtype": "string", "_type": "Value"}}}}
        """;

    private static readonly DataField s_bytes = new DataField<byte[]>("bytes", nullable: true);
    private static readonly DataField s_path = new DataField<string>("path", nullable: true);
    private static readonly DataField s_caption = new DataField<string>("item", nullable: true);
    private static readonly DataField s_class = new DataField<string>("class", nullable: true);
    private static readonly DataField s_group = new DataField<string>("group", nullable: true);
    private static readonly DataField s_thing = new DataField<string>("thing", nullable: true);
    private static readonly DataField s_style = new DataField<string>("style", nullable: true);

    private static readonly ParquetSchema s_schema = new(
        new StructField("image", s_bytes, s_path), new ListField("captions", s_caption), s_class, s_group, s_thing, s_style);

    private readonly List<(string Name, CaptionedImage Image, byte[] Bytes)> _rows = [];
    private Parquet.ParquetWriter? _writer;
    private FileStream? _stream;
    private string? _split;
    private int _shard;
    private long _groupBytes;

    public void Add(string split, string name, CaptionedImage image, byte[] bytes)
    {
        if (_rows.Count > 0 && (split != _split || _rows.Count == MaxGroupRows || _groupBytes + bytes.Length > MaxGroupBytes))
        {
            WriteGroup();
        }

        if (split != _split || _stream!.Position > MaxShardBytes)
        {
            _shard = split == _split ? _shard + 1 : 0;
            _split = split;
            Begin();
        }

        _rows.Add((name, image, bytes));
        _groupBytes += bytes.Length;
    }

    public void Complete()
    {
        if (_rows.Count > 0)
        {
            WriteGroup();
        }

        _writer?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream?.Dispose();
        (_writer, _stream) = (null, null);
    }

    public void Dispose()
    {
        _rows.Clear();
        Complete();
    }

    private void Begin()
    {
        Complete();
        _stream = new FileStream(Path.Combine(folder, $"{_split}-{_shard:D5}.parquet"), FileMode.CreateNew, FileAccess.ReadWrite);
        _writer = Parquet.ParquetWriter.CreateAsync(s_schema, _stream).GetAwaiter().GetResult();
        _writer.CustomMetadata = new Dictionary<string, string> { ["huggingface"] = Features };
    }

    private void WriteGroup()
    {
        using (Parquet.ParquetRowGroupWriter group = _writer!.CreateRowGroup())
        {
            Wait(group.WriteAsync(s_bytes, [.. _rows.Select(row => row.Bytes)]));
            Wait(group.WriteAsync(s_path, [.. _rows.Select(row => row.Name)]));
            string[] captions = [.. _rows.SelectMany(row => row.Image.Captions)];
            int[] repetitions = [.. _rows.SelectMany(row => row.Image.Captions.Select((_, i) => i == 0 ? 0 : 1))];
            Wait(group.WriteAsync(s_caption, captions, repetitions));
            Wait(group.WriteAsync(s_class, [.. _rows.Select(row => row.Image.Class!)]));
            Wait(group.WriteAsync(s_group, [.. _rows.Select(row => row.Image.Category!)]));
            Wait(group.WriteAsync(s_thing, [.. _rows.Select(row => row.Image.Thing!)]));
            Wait(group.WriteAsync(s_style, [.. _rows.Select(row => row.Image.Style!)]));
        }

        _rows.Clear();
        _groupBytes = 0;
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
