using System.Diagnostics;
using Acquiring.Backend.Books;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Backend.Transactions;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Texts;
using Acquiring.Standalone.Grains;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Acquiring.Benchmarks.Bank;

/// <summary>The product's own services on one database, in this process: the bulk path without its HTTP edge.</summary>
internal sealed class Product : IAsyncDisposable
{
    private const int VolumesMax = 1_000_000;

    private readonly ServiceProvider _services;

    private Product(ServiceProvider services) => _services = services;

    public static Product On(NpgsqlDataSource database, PersonalDataKey key) => new(new ServiceCollection()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new TextCatalog(typeof(TextCatalog).Assembly, typeof(PlatformModule).Assembly))
        .AddSingleton(database)
        .AddSingleton(key)
        .AddSingleton(_ => new PersonalDataProtector(key))
        .AddSingleton(new CardReferences(key))
        .AddStandaloneGrains(null, typeof(PlatformModule).Assembly)
        .AddPlatform().AddRegistry().AddTransactions(new ConfigurationManager()).AddVolumes().AddBooks()
        .BuildServiceProvider());

    public async Task ImportAsync(BankRegistry registry, CancellationToken cancellationToken)
    {
        var sources = registry.Files().Select(f => new RegistrySource(f.File, new MemoryStream(f.Bytes))).ToAsyncEnumerable();
        var imported = (await _services.GetRequiredService<RegistryImport>().RunAsync(new("benchmark"), sources, null, cancellationToken)).Value;
        WrongFiguresException.Unless(
            imported.Outcome == RegistryImportOutcome.Applied, $"the registry was refused: {string.Join(", ", imported.Errors.Take(3))}");
    }

    /// <summary>From the file's bytes to durable.</summary>
    public async Task<(ClearingFileReport Report, TimeSpan Elapsed)> IngestAsync(string path, CancellationToken cancellationToken)
    {
        var request = new ClearingFileRequest(Path.GetFileName(path), ClearingFileRequest.DefaultChannel, null, null, null, "benchmark");
        var ingest = _services.GetRequiredService<ClearingIngest>();
        var began = Stopwatch.GetTimestamp();
        IngestedFile ingested;
        await using (var body = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: true))
        {
            ingested = (await ingest.RunAsync(request, body, () => { }, (_, _) => { }, cancellationToken)).Value;
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        var report = await _services.GetRequiredService<ClearingFileReports>().FindAsync(ingested.FileId, TextCatalog.English, cancellationToken);
        return (report!, elapsed);
    }

    /// <summary>The day sums of every merchant, as the product answers them.</summary>
    public Task<IReadOnlyList<MerchantDayVolume>> VolumesAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        _services.GetRequiredService<VolumeStore>().PageAsync(
            from, to, null, VolumeDate.TransactionDate, null, VolumesMax, cancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
