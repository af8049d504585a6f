using static AttnGan.Training.Data.Readers.ThriftType;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// The types of Parquet's metadata (parquet.thrift of the Apache Parquet format 2.12). The library of Parquet goes by the number of a field
/// and not by its type: in a damaged file it takes other bytes for the length of a text, and asks for up to 2 GB.
/// </summary>
internal static class ParquetMetadata
{
    private static readonly ThriftType s_none = Struct();
    private static readonly ThriftType s_keyValues = ListOf(Struct(Binary, Binary));

    private static readonly ThriftType s_statistics = Struct(Binary, Binary, Integer, Integer, Binary, Binary, Bool, Bool);

    private static readonly ThriftType s_time = Struct(Bool, Struct(s_none, s_none, s_none));

    private static readonly ThriftType s_logicalType = Struct(
        s_none,
        s_none,
        s_none,
        s_none,
        Struct(Integer, Integer), // decimal: scale and precision
        s_none,
        s_time,
        s_time, // time stamp
        Unknown,
        Struct(Int8, Bool), // integer: bits and sign
        s_none,
        s_none,
        s_none,
        s_none,
        s_none,
        Struct(Int8), // variant: version
        Struct(Binary), // geometry: coordinate system
        Struct(Binary, Integer)); // geography: coordinate system and algorithm

    private static readonly ThriftType s_schemaElement = Struct(
        Integer, Integer, Integer, Binary, Integer, Integer, Integer, Integer, Integer, s_logicalType);

    private static readonly ThriftType s_columnMetadata = Struct(
        Integer,
        ListOf(Integer),
        ListOf(Binary), // the path of the column
        Integer,
        Integer,
        Integer,
        Integer,
        s_keyValues,
        Integer,
        Integer,
        Integer,
        s_statistics,
        ListOf(Struct(Integer, Integer, Integer)), // of encodings
        Integer,
        Integer,
        Struct(Integer, ListOf(Integer), ListOf(Integer)), // of sizes
        Struct(Struct([.. Enumerable.Repeat(Float64, 8)]), ListOf(Integer))); // of geography

    private static readonly ThriftType s_columnChunk = Struct(
        Binary, Integer, s_columnMetadata, Integer, Integer, Integer, Integer, Struct(s_none, Struct(ListOf(Binary), Binary)), Binary);

    private static readonly ThriftType s_sortingColumn = Struct(Integer, Bool, Bool);

    private static readonly ThriftType s_rowGroup = Struct(
        ListOf(s_columnChunk), Integer, Integer, ListOf(s_sortingColumn), Integer, Integer, Integer);

    private static readonly ThriftType s_encryption = Struct(Binary, Binary, Bool);

    /// <summary>The footer of a file: FileMetaData.</summary>
    public static ThriftType Footer { get; } = Struct(
        Integer,
        ListOf(s_schemaElement),
        Integer,
        ListOf(s_rowGroup),
        s_keyValues,
        Binary,
        ListOf(Struct(s_none)), // the order of columns
        Struct(s_encryption, s_encryption),
        Binary);

    /// <summary>The header of a page: PageHeader.</summary>
    public static ThriftType PageHeader { get; } = Struct(
        Integer,
        Integer,
        Integer,
        Integer,
        Struct(Integer, Integer, Integer, Integer, s_statistics), // of a data page
        s_none,
        Struct(Integer, Integer, Bool), // of a dictionary
        Struct(Integer, Integer, Integer, Integer, Integer, Integer, Bool, s_statistics)); // of a data page of version 2
}
