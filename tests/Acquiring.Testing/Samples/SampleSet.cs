namespace Acquiring.Testing.Samples;

public sealed record SampleFile(string Name, DateOnly BusinessDate, SampleFormat Format, byte[] Bytes);

/// <summary>
/// A small bank made up from a seed by the rules of tests/samples: its registry and one clearing file a date, with every oddity that
/// the samples hold. What must come of it says <see cref="NaiveModel"/>, which reads only the bytes.
/// </summary>
public sealed class SampleSet
{
    public required SampleOptions Options { get; init; }

    public required SampleRegistry Registry { get; init; }

    /// <summary>In date order, without the missing dates.</summary>
    public required IReadOnlyList<SampleFile> Files { get; init; }

    /// <summary>The whole card numbers that stand in the files.</summary>
    public required IReadOnlyList<string> FullCardNumbers { get; init; }

    public DateOnly LastDate => Options.FirstDate.AddDays(Options.Dates - 1);

    public static SampleSet Generate(SampleOptions options)
    {
        var random = new Random(options.Seed);
        var registry = SampleRegistry.Generate(options, random);
        var lines = new SampleLines(options, registry, random);
        var cards = new List<string>();
        var files = new List<SampleFile>();
        for (var i = 0; i < options.Dates; i++)
        {
            var date = options.FirstDate.AddDays(i);
            var format = options.Formats[i % options.Formats.Count];
            var writer = new SampleWriter(format, options.SubMerchantNames);
            var day = lines.Of(date, tellsBatches: !writer.IsZm);
            if (!options.MissingDates.Contains(date))
            {
                files.Add(new SampleFile(writer.FileName(date), date, format, SampleOddities.Write(day, writer, options, random, cards)));
            }
        }

        return new SampleSet { Options = options, Registry = registry, Files = files, FullCardNumbers = cards };
    }

    /// <summary>Writes the registry and the files where the command line can read them.</summary>
    public void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "branches.csv"), Registry.BranchesCsv());
        File.WriteAllBytes(Path.Combine(directory, "merchants.csv"), Registry.MerchantsCsv());
        File.WriteAllBytes(Path.Combine(directory, "terminals.csv"), Registry.TerminalsCsv());
        foreach (var file in Files)
        {
            File.WriteAllBytes(Path.Combine(directory, file.Name), file.Bytes);
        }
    }
}
