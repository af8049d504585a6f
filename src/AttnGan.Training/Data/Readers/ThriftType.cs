namespace AttnGan.Training.Data.Readers;

/// <summary>The type of a value in Thrift's compact protocol.</summary>
/// <param name="code">The code that the protocol has for it, where there are several the lowest; 0 for any.</param>
internal sealed class ThriftType(int code)
{
    /// <summary>A value of a field that is not known.</summary>
    public static readonly ThriftType Unknown = new(0);

    public static readonly ThriftType Bool = new(1);

    public static readonly ThriftType Int8 = new(3);

    /// <summary>Integers of 16, 32 and 64 bits, which are stored alike.</summary>
    public static readonly ThriftType Integer = new(4);

    public static readonly ThriftType Float64 = new(7);

    public static readonly ThriftType Binary = new(8);

    public int Code { get; } = code;

    /// <summary>The type of a list's elements.</summary>
    public ThriftType Element
    {
        get => field ?? Unknown;
        private init;
    }

    /// <summary>The types of a struct's fields, of which the first has the number 1.</summary>
    private IReadOnlyList<ThriftType> Fields { get; init; } = [];

    public static ThriftType ListOf(ThriftType element) => new(9) { Element = element };

    /// <param name="fields">The types of the fields from number 1 on.</param>
    public static ThriftType Struct(params IReadOnlyList<ThriftType> fields) => new(12) { Fields = fields };

    /// <summary>Returns the type of a field by its number.</summary>
    public ThriftType Field(int id) => id > 0 && id <= Fields.Count ? Fields[id - 1] : Unknown;

    /// <summary>Returns whether a value with this code may be of the type.</summary>
    public bool Matches(int code) => Code == 0 || Code == code || (Code, code) is (1, 2) or (4, 5 or 6);
}
