using AttnGan.Text;

namespace AttnGan.Training.Configuration;

/// <summary>
/// Translates configurations of the official code (<c>cfg/*.yml</c>) to ours. Each of their keys is translated, or has no effect and a
/// note states the alternative; unknown keys are rejected. Missing keys have the official default, not ours.
/// </summary>
/// <remarks>
/// A file configures one of the two trainings, to which its <c>TRAIN.BATCH_SIZE</c> and <c>TRAIN.MAX_EPOCH</c> belong. It is the DAMSM if
/// the file has <c>TRAIN.ENCODER_LR</c> or <c>TRAIN.RNN_GRAD_CLIP</c> and nothing about a generator: no section <c>GAN</c>, no
/// <c>TRAIN.NET_G</c>, <c>TRAIN.GENERATOR_LR</c> or <c>TRAIN.DISCRIMINATOR_LR</c>. Settings of the other training keep our defaults.
/// </remarks>
internal sealed class OfficialConfig
{
    private const string UseDevice = "select the device with --device";

    private static readonly string[] s_sections = ["TREE", "TRAIN", "TRAIN.SMOOTH", "GAN", "TEXT"];

    /// <summary>Keys whose values are copied, with the official default.</summary>
    private static readonly OfficialKey[] s_copied =
    [
        new("TRAIN.SMOOTH.GAMMA1", "damsm.gamma1", "5.0"),
        new("TRAIN.SMOOTH.GAMMA2", "damsm.gamma2", "5.0"),
        new("TRAIN.SMOOTH.GAMMA3", "damsm.gamma3", "10.0"),
        new("TEXT.EMBEDDING_DIM", "text_encoder.embedding", "256"),
        new("TEXT.WORDS_NUM", "data.max_words", "18"),
        new("TRAIN.BATCH_SIZE", "damsm.batch_size", "64", Part.Damsm),
        new("TRAIN.MAX_EPOCH", "damsm.epochs", "600", Part.Damsm),
        new("TRAIN.ENCODER_LR", "damsm.learning_rate", "0.0002", Part.Damsm),
        new("TRAIN.RNN_GRAD_CLIP", "damsm.gradient_clip", "0.25", Part.Damsm),
        new("TRAIN.SMOOTH.LAMBDA", "gan.damsm_weight", null, Part.Damsm),
        new("TREE.BASE_SIZE", "image_encoder.image_size", null, Part.Damsm),
        new("TRAIN.BATCH_SIZE", "gan.batch_size", "64", Part.Gan),
        new("TRAIN.MAX_EPOCH", "gan.epochs", "600", Part.Gan),
        new("TRAIN.GENERATOR_LR", "gan.generator_learning_rate", "0.0002", Part.Gan),
        new("TRAIN.DISCRIMINATOR_LR", "gan.discriminator_learning_rate", "0.0002", Part.Gan),
        new("TRAIN.SMOOTH.LAMBDA", "gan.damsm_weight", "1.0", Part.Gan),
        new("TREE.BASE_SIZE", "generator.base_size", "64", Part.Gan),
        new("TREE.BRANCH_NUM", "generator.stages", "3", Part.Gan),
        new("GAN.GF_DIM", "generator.width", "128", Part.Gan),
        new("GAN.R_NUM", "generator.residual_blocks", "2", Part.Gan),
        new("GAN.Z_DIM", "generator.noise", "100", Part.Gan),
        new("GAN.CONDITION_DIM", "generator.condition", "100", Part.Gan),
        new("GAN.DF_DIM", "discriminator.width", "64", Part.Gan),
    ];

    /// <summary>Keys without effect: the value that needs no note (null: every value needs one), and the alternative.</summary>
    private static readonly Dictionary<string, (string? Silent, string Instead)> s_ignored = new(StringComparer.Ordinal)
    {
        ["DATASET_NAME"] = (null, "the format of the dataset is recognized by its files"),
        ["DATA_DIR"] = (null, "specify the dataset with --data"),
        ["GPU_ID"] = (null, UseDevice),
        ["CUDA"] = ("True", UseDevice),
        ["B_VALIDATION"] = ("False", "specify the captions on the command line"),
        ["TRAIN.FLAG"] = ("True", "the file is for generation with a trained generator, but the command decides what is done"),
        ["TRAIN.NET_E"] = ("", "specify trained encoders on the command line (train gan --damsm)"),
        ["TRAIN.NET_G"] = ("", "specify a trained generator on the command line (generate --model)"),
        ["TRAIN.B_NET_D"] = ("True", "discriminators are always part of GAN training and never of generation"),
        ["TRAIN.SNAPSHOT_INTERVAL"] = (null, "set logging.checkpoint_every, in steps"),
        ["TEXT.CAPTIONS_PER_IMAGE"] = (null, "all captions of an image are used"),
    };

    private static readonly string[] s_special = ["CONFIG_NAME", "RNN_TYPE", "WORKERS", "GAN.B_DCGAN", "GAN.B_ATTENTION"];

    private static readonly string[] s_keys =
        [.. s_copied.Select(key => key.Name).Concat(s_ignored.Keys).Concat(s_special).Concat(s_sections).Distinct()];

    private readonly ConfigMapping _source;
    private readonly List<string> _errors;
    private readonly Dictionary<string, ConfigScalar> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _foundSections = [];
    private readonly ConfigMapping _result;

    public OfficialConfig(ConfigMapping source, List<string> errors)
    {
        _source = source;
        _errors = errors;
        _result = new ConfigMapping(source.Where, []);
    }

    private enum Part
    {
        Both,
        Damsm,
        Gan,
    }

    /// <summary>A note for each setting without effect.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Returns true for an official configuration: one of its keys is an official one, in capitals.</summary>
    public static bool Recognizes(ConfigMapping root) => root.Entries.Any(entry => s_keys.Contains(entry.Key));

    /// <summary>Returns the configuration with our keys; places have the official ones (<c>GAN.GF_DIM, line 31</c>).</summary>
    public ConfigMapping Translate()
    {
        Collect(_source, "");
        Part part = Has("TRAIN.ENCODER_LR", "TRAIN.RNN_GRAD_CLIP") && !_foundSections.Contains("GAN")
            && !Has("TRAIN.NET_G", "TRAIN.GENERATOR_LR", "TRAIN.DISCRIMINATOR_LR") ? Part.Damsm : Part.Gan;
        foreach (OfficialKey key in s_copied)
        {
            if (key.Part != Part.Both && key.Part != part)
            {
                continue;
            }

            if (_values.TryGetValue(key.Name, out ConfigScalar? value))
            {
                Set(key.Target, value with { Where = $"{key.Name}, {value.Where}" });
            }
            else if (key.Default is not null)
            {
                Set(key.Target, new ConfigScalar($"official default of {key.Name}", key.Default, Quoted: false));
            }
        }

        TranslateSpecial(part);
        NoteIgnored(part);
        return _result;
    }

    private void Collect(ConfigMapping mapping, string prefix)
    {
        foreach (ConfigEntry entry in mapping.Entries)
        {
            string name = prefix + entry.Key;
            if (!s_keys.Contains(name))
            {
                _errors.Add(Unknown(name, entry.Where));
            }
            else if (s_sections.Contains(name))
            {
                CollectSection(name, entry);
            }
            else if (entry.Value is not ConfigScalar scalar)
            {
                _errors.Add($"`{name}` ({entry.Where}): expected a single value");
            }
            else if (!_values.TryAdd(name, scalar))
            {
                _errors.Add($"`{name}` ({entry.Where}) is already set ({_values[name].Where}); keep one");
            }
        }
    }

    private void CollectSection(string name, ConfigEntry entry)
    {
        if (!_foundSections.Add(name))
        {
            _errors.Add($"`{name}` ({entry.Where}) occurs twice; merge the two");
        }
        else if (entry.Value is ConfigMapping inner)
        {
            Collect(inner, $"{name}.");
        }
        else if (entry.Value is not ConfigScalar { IsNull: true })
        {
            _errors.Add($"`{name}` ({entry.Where}): expected a section of keys");
        }
    }

    private void TranslateSpecial(Part part)
    {
        // The official code has only this tokenizer.
        Set("data.tokenizer", new ConfigScalar("official default", "official", Quoted: false));
        if (_values.TryGetValue("CONFIG_NAME", out ConfigScalar? name) && name.Text.Length > 0)
        {
            Set("name", name);
        }

        if (_values.TryGetValue("RNN_TYPE", out ConfigScalar? rnn))
        {
            Set("text_encoder.rnn", rnn with { Text = rnn.Text.ToLowerInvariant(), Where = $"RNN_TYPE, {rnn.Where}" });
        }

        if (_values.TryGetValue("WORKERS", out ConfigScalar? workers))
        {
            // 0 means the training's own thread there.
            Set("data.workers", workers with { Text = workers.Text == "0" ? "1" : workers.Text, Where = $"WORKERS, {workers.Where}" });
        }

        if (part == Part.Gan && Flag("GAN.B_DCGAN"))
        {
            string where = $"GAN.B_DCGAN, {_values["GAN.B_DCGAN"].Where}";
            Set("generator.architecture", new ConfigScalar(where, "attn_dcgan", Quoted: false));
            Set("discriminator.unconditional", new ConfigScalar(where, "false", Quoted: false));
        }

        if (_values.TryGetValue("GAN.B_ATTENTION", out ConfigScalar? attention) && !Flag("GAN.B_ATTENTION"))
        {
            _errors.Add(
                $"`GAN.B_ATTENTION` ({attention.Where}): `{attention.Text}` was given, but generators without word attention are not " +
                "supported; set it to True, or TREE.BRANCH_NUM to 1 for only the first stage");
        }
    }

    private void NoteIgnored(Part part)
    {
        foreach ((string key, ConfigScalar value) in _values)
        {
            if (s_ignored.TryGetValue(key, out (string? Silent, string Instead) ignored)
                && !string.Equals(value.Text, ignored.Silent, StringComparison.OrdinalIgnoreCase))
            {
                Notes.Add($"`{key}` ({value.Where}) has no effect: {ignored.Instead}");
            }
            else if (key == "TREE.BRANCH_NUM" && part == Part.Damsm && value.Text != "1")
            {
                Notes.Add($"`{key}` ({value.Where}) has no effect: the DAMSM uses one image size");
            }
            else if (part == Part.Gan && key is "TRAIN.ENCODER_LR" or "TRAIN.RNN_GRAD_CLIP")
            {
                string ours = key == "TRAIN.ENCODER_LR" ? "learning_rate" : "gradient_clip";
                Notes.Add($"`{key}` ({value.Where}) has no effect: this file configures the GAN; set damsm.{ours}");
            }
        }
    }

    private bool Flag(string key) => _values.TryGetValue(key, out ConfigScalar? value) && (value.Text, value.Quoted) switch
    {
        ("True" or "true" or "TRUE", false) => true,
        ("False" or "false" or "FALSE", false) => false,
        _ => Fail($"`{key}` ({value.Where}): `{value.Text}` was given, expected True or False"),
    };

    private bool Fail(string error)
    {
        if (!_errors.Contains(error))
        {
            _errors.Add(error);
        }

        return true;
    }

    private bool Has(params string[] keys) => keys.Any(_values.ContainsKey);

    private void Set(string key, ConfigScalar value)
    {
        ConfigMapping section = _result;
        string[] parts = key.Split('.');
        foreach (string part in parts[..^1])
        {
            if (section.Entries.Find(entry => entry.Key == part)?.Value is not ConfigMapping inner)
            {
                inner = new ConfigMapping(value.Where, []);
                section.Entries.Add(new ConfigEntry(part, value.Where, inner));
            }

            section = inner;
        }

        section.Entries.Add(new ConfigEntry(parts[^1], value.Where, value));
    }

    private static string Unknown(string name, string where)
    {
        if (ConfigSchema.Keys.Contains(name))
        {
            return $"`{name}` ({where}) is one of our keys in an official configuration (with keys in capitals); set it with --set, or " +
                "write the whole file with our keys";
        }

        string[] near =
        [
            .. s_keys.Select(key => (Key: key, Distance: EditDistance.Between(name.ToUpperInvariant(), key)))
                .Where(candidate => candidate.Distance <= Math.Max(1, name.Length / 4))
                .OrderBy(candidate => candidate.Distance)
                .Select(candidate => candidate.Key)
                .Take(1),
        ];
        string remedy = near.Length > 0 ? $"did you mean `{near[0]}`?" : "remove it";
        return $"`{name}` ({where}) is not a key of official configurations; {remedy}";
    }

    private sealed record OfficialKey(string Name, string Target, string? Default, Part Part = Part.Both);
}
