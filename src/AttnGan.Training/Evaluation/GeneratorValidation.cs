using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Validates a generator in training by the images that it generates from the validation captions. The first validation loads the images
/// and encodes real images and, for the DAMSM, captions; later ones reuse them, because the evaluation networks are not trained.
/// </summary>
internal sealed class GeneratorValidation : IDisposable
{
    private const string IndependentPrefix = "independent_";

    private readonly BatchLoader _images;
    private readonly TextEncoder _textEncoder;
    private readonly DamsmEncoders _damsm;
    private readonly DamsmEncoders? _independent;
    private readonly RecognitionScorer? _recognition;
    private readonly ShapeScorer? _shapes;
    private readonly long _seed;
    private readonly List<(Tensor Captions, Tensor Lengths)> _batches = [];
    private readonly List<GeneratedImageScorer> _scorers = [];
    private Tensor? _sentences; // (N, D)
    private Tensor? _classes;   // (N)

    /// <param name="images">The validation images, in order.</param>
    /// <param name="textEncoder">Encodes captions for the generator.</param>
    /// <param name="damsm">The DAMSM that the generator is trained with; not disposed with this object.</param>
    /// <param name="independent">The independent DAMSM; null for none. Disposed with this object.</param>
    /// <param name="recognition">Recognizes generated images, and determines the quality; null for none. Disposed with this object.</param>
    /// <param name="shapes">Checks scenes of shapes, and determines the quality; null for none.</param>
    /// <param name="seed">Seed of the negatives.</param>
    public GeneratorValidation(
        BatchLoader images,
        TextEncoder textEncoder,
        DamsmEncoders damsm,
        DamsmEncoders? independent,
        RecognitionScorer? recognition,
        ShapeScorer? shapes,
        long seed)
    {
        _shapes = shapes;
        _recognition = recognition;
        _images = images;
        _textEncoder = textEncoder;
        _damsm = damsm;
        _independent = independent;
        _seed = seed;
    }

    /// <summary>Generates an image from every caption and scores them. Ranks share the batches.</summary>
    /// <param name="generate">Generates (B, 3, S, S) in [-1, 1] from the text features of a batch and its number, from 0.</param>
    /// <param name="device">The device to compute on.</param>
    /// <param name="world">The ranks.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <returns>The result; <see cref="ValidationResult.None"/> on other ranks than the first.</returns>
    public ValidationResult Measure(
        Func<TextFeatures, int, Tensor> generate, Device device, World world, CancellationToken cancellation)
    {
        if (_scorers.Count == 0)
        {
            Prepare(device, world.OnOneRank(cancellation));
        }

        using DisposeScope scope = NewDisposeScope();
        List<List<Tensor>> codes = _scorers.ConvertAll(_ => new List<Tensor>());
        List<Tensor> read = [];
        new RankBatches(world, cancellation).Run(_batches, Compute, (_, results) =>
        {
            for (int i = 0; i < codes.Count; i++)
            {
                codes[i].Add(results[i].to(device).MoveToOuterDisposeScope());
            }

            if (_recognition is not null)
            {
                read.Add(results[codes.Count].MoveToOuterDisposeScope());
            }

            _shapes?.Check(results[^1]);
        });
        if (!world.IsFirst)
        {
            return ValidationResult.None;
        }

        List<Tensor> features = codes.ConvertAll(batches => cat(batches)); // (N, D) each
        RetrievalResult retrieval = Retrieval.Measure(features[0], _sentences!, _classes!);
        List<Measure> measures =
        [
            .. retrieval.ImageToText.Informative().Where(recall => recall.K != 5)
                .Select(recall => new Measure($"generated_image_to_text_r{recall.K}", recall.Share)),
        ];
        List<ValidationResult> results = [.. _scorers.Zip(features, (scorer, codesOfAll) => scorer.Measure(codesOfAll))];
        if (_recognition is not null)
        {
            results.Add(_recognition.Measure(cat(read)));
        }

        if (_shapes is not null)
        {
            results.Add(_shapes.Measure());
        }

        measures.AddRange(results.SelectMany(result => result.Measures));

        // The generator overfits the DAMSM that it is trained with: the quality is the accuracy of shapes or recognition, if one is
        // measured, otherwise that of the independent DAMSM, if there is one.
        return results[^1].Quality is { } quality ? ValidationResult.Of(quality, measures) : new ValidationResult(measures, null);

        // The codes for each scorer, then what recognition and the check of shapes read, if there are any.
        Tensor[] Compute((Tensor Captions, Tensor Lengths) batch, int number)
        {
            Tensor images = generate(_textEncoder.forward(batch.Captions, batch.Lengths), number);
            return
            [
                .. _scorers.Select(scorer => scorer.Codes(images)),
                .. _recognition is null ? [] : (Tensor[])[_recognition.Read(images)],
                .. _shapes is null ? [] : (Tensor[])[images],
            ];
        }
    }

    /// <summary>Discards the encoded captions and images, because the networks have got other weights.</summary>
    public void Forget()
    {
        IEnumerable<Tensor> batches = _batches.SelectMany(batch => new[] { batch.Captions, batch.Lengths });
        foreach (Tensor? tensor in batches.Concat([_sentences, _classes]))
        {
            tensor?.Dispose();
        }

        _scorers.ForEach(scorer => scorer.Dispose());
        _batches.Clear();
        _recognition?.Forget();
        _shapes?.Forget();
        _scorers.Clear();
        (_sentences, _classes) = (null, null);
    }

    public void Dispose()
    {
        Forget();
        _independent?.Dispose();
        _recognition?.Dispose();
    }

    private void Prepare(Device device, CancellationToken cancellation)
    {
        Forget(); // the remains of a canceled preparation
        using DisposeScope scope = NewDisposeScope();
        List<(string Caption, string Class)> captions = [];
        List<Tensor> classes = [];
        List<CaptionedImage> items = [];
        List<Tensor> read = [];
        DamsmEncoders[] encoders = _independent is null ? [_damsm] : [_damsm, _independent];
        var real = new FeatureStatistics?[encoders.Length];
        try
        {
            foreach (CaptionedBatch batch in _images.Epoch(0, cancellation: cancellation))
            {
                using DisposeScope batchScope = NewDisposeScope();
                var tensors = new BatchTensors(batch, device);
                _batches.Add((tensors.Captions.DetachFromDisposeScope(), tensors.Lengths.DetachFromDisposeScope()));
                captions.AddRange(batch.Captions.Zip(batch.Items, (caption, item) => (caption.Text, CandidatePool.ClassOf(item))));
                classes.Add(tensors.Classes.MoveToOuterDisposeScope());
                items.AddRange(batch.Items);
                _shapes?.AddCaptions(batch);
                if (_recognition is not null)
                {
                    read.Add(_recognition.Read(tensors.Images[^1]).MoveToOuterDisposeScope());
                }

                for (int i = 0; i < encoders.Length; i++)
                {
                    Tensor codes = encoders[i].Codes(tensors.Images[^1]);
                    (real[i] ??= new FeatureStatistics((int)codes.shape[1])).Add(codes);
                }
            }

            _recognition?.Prepare(items, captions.Select(caption => caption.Caption), cat(read));
            var pool = new CandidatePool(captions);
            int[] positives = [.. captions.Select(caption => pool.IndexOf(caption.Caption))];
            int count = Math.Min(RPrecision.Negatives, pool.MinNegatives);
            int[][] negatives = [.. captions.Select((caption, i) => pool.Sample(caption.Class, count, _seed, i))];
            for (int i = 0; i < encoders.Length; i++)
            {
                string prefix = i == 0 ? "" : IndependentPrefix;
                _scorers.Add(new GeneratedImageScorer(encoders[i], prefix, pool.Captions, positives, negatives, real[i]!));
                real[i] = null; // owned by the scorer now
            }

            _sentences = _damsm.Sentences([.. captions.Select(caption => caption.Caption)], cancellation).DetachFromDisposeScope();
            _classes = cat(classes).DetachFromDisposeScope();
        }
        finally
        {
            foreach (FeatureStatistics? statistics in real)
            {
                statistics?.Dispose();
            }
        }
    }
}
