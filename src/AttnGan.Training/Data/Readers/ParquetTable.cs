using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// A Parquet file whose rows are captions and, perhaps, images: a column of bytes, or one of <c>bytes</c> and <c>path</c> as Hugging Face
/// writes it. Row groups are read one at a time.
/// </summary>
internal sealed class ParquetTable : IDisposable
{
    private static readonly string[] s_imageColumns =
        ["image", "img", "picture", "jpg", "jpeg", "png", "webp", "image_bytes", "img_bytes", "bytes", "content"];

    private readonly StrictStream _file;
    private readonly ParquetReader _reader;
    private readonly DataField? _bytes;
    private readonly DataField? _path;

    private ParquetTable(StrictStream file, ParquetReader reader)
    {
        _file = file;
        _reader = reader;
        foreach (Parquet.Schema.Field field in reader.Schema.Fields)
        {
            if (field is StructField { Fields: var parts } && Find(parts, "bytes") is { } bytes && IsBytes(bytes))
            {
                (ImageColumn, _bytes, _path) = (field.Name, bytes, Find(parts, "path"));
                return;
            }
        }

        _bytes = s_imageColumns
            .Select(name => reader.Schema.Fields.OfType<DataField>()
                .FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && IsBytes(field)))
            .FirstOrDefault(field => field is not null);
        ImageColumn = _bytes?.Name;
    }

    /// <summary>The column of images; null if there is none.</summary>
    public string? ImageColumn { get; }

    public int Groups => _reader.RowGroupCount;

    /// <summary>The names of all columns but the images.</summary>
    public IReadOnlyList<string> Columns =>
        field ??= [.. _reader.Schema.Fields.Select(column => column.Name).Where(name => name != ImageColumn)];

    /// <exception cref="AttnGanException">The file is not Parquet, damaged, or uses a feature that is not supported.</exception>
    public static ParquetTable Open(string path) => Guard(() =>
    {
        var file = new StrictStream(File.OpenRead(path));
        try
        {
            ParquetFooter.Check(file);
            ParquetReader reader = Wait(ParquetReader.CreateAsync(
                file, new ParquetOptions { UseDateOnlyTypeForDates = true }, leaveStreamOpen: false));
            CheckRows(reader, file.Length);
            return new ParquetTable(file, reader);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });

    /// <summary>Returns the uncompressed size of the images of a row group.</summary>
    public long ImageBytes(int group) =>
        _bytes is null ? 0 : _reader.OpenRowGroupReader(group).GetMetadata(_bytes)?.MetaData?.TotalUncompressedSize ?? 0;

    /// <summary>Reads columns of a row group.</summary>
    /// <returns>For each row the values by column; other columns are left out.</returns>
    /// <exception cref="AttnGanException">The file is damaged, or uses a feature that is not supported.</exception>
    public IReadOnlyList<IReadOnlyDictionary<string, Field>> ReadRows(int group, IReadOnlyCollection<string> columns) => Guard(() =>
    {
        ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        var rows = new Dictionary<string, Field>[(int)reader.RowCount];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new Dictionary<string, Field>(StringComparer.Ordinal);
        }

        foreach (Parquet.Schema.Field field in _reader.Schema.Fields.Where(field => columns.Contains(field.Name)))
        {
            DataField? data = field as DataField ?? (field as ListField)?.Item as DataField;
            if (data is not null)
            {
                Field[] values = ReadColumn(reader, data, rows.Length, isList: field is ListField || data.IsArray);
                for (int i = 0; i < rows.Length; i++)
                {
                    rows[i][field.Name] = values[i];
                }
            }
        }

        return (IReadOnlyList<IReadOnlyDictionary<string, Field>>)rows;
    });

    /// <summary>Reads the paths of the images of a row group; null where there is none.</summary>
    /// <exception cref="AttnGanException">The file is damaged, or uses a feature that is not supported.</exception>
    public IReadOnlyList<string?> ReadPaths(int group) => Guard(() =>
    {
        ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        int rows = (int)reader.RowCount;
        return _path is null
            ? new string?[rows]
            : [.. ReadColumn(reader, _path, rows, isList: false).Select(value => value.Single)];
    });

    /// <summary>Reads the images of a row group; null where there is none.</summary>
    /// <exception cref="AttnGanException">The file is damaged, or uses a feature that is not supported.</exception>
    public byte[]?[] ReadImages(int group) => Guard(() =>
    {
        ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        byte[]?[] images = new byte[]?[(int)reader.RowCount];
        using RawColumnData raw = ReadRaw(reader, _bytes!);
        Span<ReadOnlyMemory<byte>> values = ((RawColumnData<ReadOnlyMemory<byte>>)raw).Values;
        int next = 0;
        for (int row = 0; row < images.Length; row++)
        {
            if (_bytes!.MaxDefinitionLevel == 0 || raw.DefinitionLevels[row] == _bytes.MaxDefinitionLevel)
            {
                images[row] = values[next++].ToArray();
            }
        }

        return images;
    });

    public void Dispose() => Wait(_reader.DisposeAsync().AsTask());

    /// <summary>Checks the numbers of rows: each takes memory, but at least a bit of the file.</summary>
    private static void CheckRows(ParquetReader reader, long fileLength)
    {
        const int MaxRows = 200_000_000;
        long left = Math.Min(8 * fileLength, MaxRows);
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            long rows = reader.OpenRowGroupReader(group).RowCount;
            left = rows >= 0 && rows <= left ? left - rows : throw new FormatException($"a row group has {rows} rows");
        }
    }

    private RawColumnData ReadRaw(ParquetRowGroupReader reader, DataField field)
    {
        if (reader.GetMetadata(field)?.MetaData is { } column)
        {
            _file.Range = ParquetPages.Check(_file, column);
        }

        return Wait(reader.ReadRawColumnDataBaseAsync(field).AsTask());
    }

    private Field[] ReadColumn(ParquetRowGroupReader reader, DataField field, int rows, bool isList)
    {
        using RawColumnData raw = ReadRaw(reader, field);
        Func<int, Field> valueAt = Values(raw);
        var values = new Field[rows];
        if (!isList)
        {
            int at = 0;
            for (int row = 0; row < rows; row++)
            {
                bool isPresent = field.MaxDefinitionLevel == 0 || raw.DefinitionLevels[row] == field.MaxDefinitionLevel;
                values[row] = isPresent ? valueAt(at++) : Field.Missing;
            }

            return values;
        }

        Span<int> repetitions = raw.RepetitionLevels;
        Span<int> definitions = raw.DefinitionLevels;
        var lists = new List<string>?[rows];
        int next = 0, list = -1;
        for (int i = 0; i < repetitions.Length && list < rows; i++)
        {
            list += repetitions[i] == 0 ? 1 : 0;
            if (list >= rows || list < 0)
            {
                break;
            }

            if (definitions[i] == field.MaxDefinitionLevel)
            {
                (lists[list] ??= []).AddRange(valueAt(next++).Texts);
            }
        }

        return [.. lists.Select(texts => texts is null ? Field.Missing : Field.List(texts))];
    }

    private static Func<int, Field> Values(RawColumnData raw) => raw switch
    {
        RawColumnData<ReadOnlyMemory<char>> texts => i => Field.Text(texts.Values[i].ToString()),
        RawColumnData<ReadOnlyMemory<byte>> bytes => i => Field.Text(Encoding.UTF8.GetString(bytes.Values[i].Span)),
        RawColumnData<long> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<ulong> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<int> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<uint> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<short> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<ushort> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<sbyte> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<byte> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<double> numbers => i => Field.Number(numbers.Values[i]),
        RawColumnData<float> numbers => i => Field.Number(numbers.Values[i]),
        _ => _ => new Field(FieldKind.Other, []),
    };

    private static DataField? Find(IEnumerable<Parquet.Schema.Field> fields, string name) =>
        fields.OfType<DataField>().FirstOrDefault(field => field.Name == name);

    private static bool IsBytes(DataField field) => field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>);

    /// <summary>
    /// Turns the exceptions of the library, which has many for damaged files, into one of ours. Errors of the machine remain.
    /// </summary>
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not AttnGanException)
        {
            Exception cause = error is AggregateException { InnerException: { } inner } ? inner : error;
            throw new AttnGanException(
                cause is NotImplementedException or NotSupportedException
                    ? "the Parquet file uses data pages of version 2 for lists or another feature that is not supported; write it with " +
                        "data pages of version 1.0 (pyarrow's default)."
                    : cause is UnauthorizedAccessException or FileNotFoundException
                    ? $"cannot be read: {cause.Message}"
                    : string.Create(CultureInfo.InvariantCulture, $"is not an intact Parquet file ({cause.GetType().Name})."),
                cause);
        }
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
