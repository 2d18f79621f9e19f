using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// The rows of one import, in temporary tables of its own session, sealed on the way there. A row with a bad cell is kept by its
/// number alone, marked bad, so that rows which name it can be told why they are bad too.
/// </summary>
internal sealed class StagedRegistry(
    NpgsqlConnection connection, PersonalDataProtector protector, ImportErrors errors, IRegistryImportProgress? progress)
{
    private const int ProgressRows = 1_000;

    private readonly Dictionary<RegistryFile, int> _rows = [];
    private readonly Dictionary<RegistryFile, int> _withoutNumber = [];
    private readonly List<StagedBranch> _branches = [];
    private (long Bytes, int Rows) _told;

    /// <summary>How many rows each given file has.</summary>
    public IReadOnlyDictionary<RegistryFile, int> Rows => _rows;

    /// <summary>Branches are few and depend on each other; they are judged in memory.</summary>
    public IReadOnlyList<StagedBranch> Branches => _branches;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            create temp table if not exists staged_branch (
                line integer, branch_code text, name text, parent_branch_code text, bad boolean);
            create temp table if not exists staged_merchant (
                line integer, merchant_no text, bad boolean, name text, mcc text, branch_code text, township text,
                credit_code_sealed bytea, credit_code_mark bytea, settlement_account_sealed bytea, settlement_account_mark bytea,
                debit_rate bigint, debit_cap bigint, credit_rate bigint, credit_cap bigint, trade_name text);
            create temp table if not exists staged_terminal (
                line integer, terminal_no text, bad boolean, merchant_no text, serial_no text, model text,
                installed_on date, known_activity_on date, spare boolean, installation_address text);
            truncate staged_branch, staged_merchant, staged_terminal;
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads one file to its end. Throws <see cref="RefusedException"/> when it is no such file.</summary>
    public async Task StageAsync(RegistrySource source, CancellationToken cancellationToken)
    {
        if (!_rows.TryAdd(source.File, 0))
        {
            throw new RefusedException(RegistryRefusals.FileTwice(source.File));
        }

        _withoutNumber[source.File] = 0;
        _told = default;
        await using var text = new RegistryText(source.Content, RegistryRefusals.NameOf(source.File));
        switch (source.File)
        {
            case RegistryFile.Branches:
                await ReadAsync(text, source.File, BranchRow.Read, (line, code, row) =>
                {
                    _branches.Add(new(line, code, row));
                    return ValueTask.CompletedTask;
                }, cancellationToken);
                break;
            case RegistryFile.Merchants:
                await CopyAsync<MerchantRow>(text, source.File, CopyMerchants, MerchantRow.Read, WriteAsync, cancellationToken);
                break;
            case RegistryFile.Terminals:
                await CopyAsync<TerminalRow>(text, source.File, CopyTerminals, TerminalRow.Read, WriteAsync, cancellationToken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source.File, null);
        }

        Tell(source.File, text.BytesRead);
    }

    /// <summary>Bad rows by file: those marked so, and those without a readable number, which are not in the tables.</summary>
    public async Task<IReadOnlyDictionary<RegistryFile, int>> CountBadAsync(ImportSql sql, CancellationToken cancellationToken) =>
        new Dictionary<RegistryFile, int>
        {
            [RegistryFile.Branches] = _withoutNumber.GetValueOrDefault(RegistryFile.Branches)
                + await sql.CountAsync("select count(*) from staged_branch where bad", cancellationToken),
            [RegistryFile.Merchants] = _withoutNumber.GetValueOrDefault(RegistryFile.Merchants)
                + await sql.CountAsync("select count(*) from staged_merchant where bad", cancellationToken),
            [RegistryFile.Terminals] = _withoutNumber.GetValueOrDefault(RegistryFile.Terminals)
                + await sql.CountAsync("select count(*) from staged_terminal where bad", cancellationToken),
        };

    private const string CopyMerchants = """
        copy staged_merchant (line, merchant_no, bad, name, mcc, branch_code, township,
            credit_code_sealed, credit_code_mark, settlement_account_sealed, settlement_account_mark,
            debit_rate, debit_cap, credit_rate, credit_cap, trade_name) from stdin (format binary)
        """;

    private const string CopyTerminals = """
        copy staged_terminal (line, terminal_no, bad, merchant_no, serial_no, model,
            installed_on, known_activity_on, spare, installation_address) from stdin (format binary)
        """;

    private async Task CopyAsync<T>(
        RegistryText text, RegistryFile file, string copy, Func<RegistryCells, T?> read,
        Func<NpgsqlBinaryImporter, T?, CancellationToken, Task> write, CancellationToken cancellationToken)
        where T : class
    {
        await using var importer = await connection.BeginBinaryImportAsync(copy, cancellationToken);
        importer.Timeout = TimeSpan.FromSeconds(ImportSql.TimeoutSeconds);
        await ReadAsync(text, file, read, async (line, number, row) =>
        {
            await importer.StartRowAsync(cancellationToken);
            await importer.WriteAsync(line, NpgsqlDbType.Integer, cancellationToken);
            await importer.WriteAsync(number, NpgsqlDbType.Text, cancellationToken);
            await importer.WriteAsync(row is null, NpgsqlDbType.Boolean, cancellationToken);
            await write(importer, row, cancellationToken);
        }, cancellationToken);
        await importer.CompleteAsync(cancellationToken);
    }

    private async Task ReadAsync<T>(
        RegistryText text, RegistryFile file, Func<RegistryCells, T?> read, Func<int, string, T?, ValueTask> keep, CancellationToken cancellationToken)
        where T : class
    {
        var cells = new RegistryCells(file);
        await foreach (var row in RegistryCsv.ReadAsync(text, RegistryRefusals.NameOf(file), RegistryColumns.Of(file), null, cancellationToken, RegistryColumns.OptionalOf(file)))
        {
            if (++_rows[file] % ProgressRows == 0)
            {
                Tell(file, text.BytesRead);
            }

            if (row.Fault is not null)
            {
                errors.Add(file, row.Line, row.Fault);
                _withoutNumber[file]++;
                continue;
            }

            cells.Load(row.Cells);
            var record = read(cells);
            foreach (var fault in cells.Faults)
            {
                errors.Add(file, row.Line, fault);
            }

            if (cells.Key() is { } number)
            {
                await keep(row.Line, number, record);
            }
            else
            {
                _withoutNumber[file]++;
            }
        }
    }

    private void Tell(RegistryFile file, long bytesRead)
    {
        progress?.Read(bytesRead - _told.Bytes, _rows[file] - _told.Rows);
        _told = (bytesRead, _rows[file]);
    }

    private async Task WriteAsync(NpgsqlBinaryImporter importer, MerchantRow? row, CancellationToken cancellationToken)
    {
        if (row is null)
        {
            await WriteNullsAsync(importer, 13, cancellationToken);
            return;
        }

        await importer.WriteAsync(row.Name, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(row.Mcc, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(row.BranchCode, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(row.Township, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(protector.Seal(row.CreditCode), NpgsqlDbType.Bytea, cancellationToken);
        await importer.WriteAsync(protector.Mark(MarkPurposes.CreditCode, row.CreditCode), NpgsqlDbType.Bytea, cancellationToken);
        await importer.WriteAsync(protector.Seal(row.SettlementAccount), NpgsqlDbType.Bytea, cancellationToken);
        await importer.WriteAsync(protector.Mark(MarkPurposes.Account, row.SettlementAccount), NpgsqlDbType.Bytea, cancellationToken);
        await importer.WriteAsync(row.Debit.Rate.PerTenMillion, NpgsqlDbType.Bigint, cancellationToken);
        await WriteAsync(importer, row.Debit.CapFen, NpgsqlDbType.Bigint, cancellationToken);
        await importer.WriteAsync(row.Credit.Rate.PerTenMillion, NpgsqlDbType.Bigint, cancellationToken);
        await WriteAsync(importer, row.Credit.CapFen, NpgsqlDbType.Bigint, cancellationToken);
        await importer.WriteAsync(row.TradeName, NpgsqlDbType.Text, cancellationToken);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter importer, TerminalRow? row, CancellationToken cancellationToken)
    {
        if (row is null)
        {
            await WriteNullsAsync(importer, 7, cancellationToken);
            return;
        }

        await importer.WriteAsync(row.MerchantNo, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(row.SerialNo, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(row.Model, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(row.InstalledOn, NpgsqlDbType.Date, cancellationToken);
        await WriteAsync(importer, row.LastTransactionOn, NpgsqlDbType.Date, cancellationToken);
        await importer.WriteAsync(row.Spare, NpgsqlDbType.Boolean, cancellationToken);
        await importer.WriteAsync(row.InstallationAddress, NpgsqlDbType.Text, cancellationToken);
    }

    private static Task WriteAsync<T>(NpgsqlBinaryImporter importer, T? value, NpgsqlDbType type, CancellationToken cancellationToken)
        where T : struct =>
        value is { } known ? importer.WriteAsync(known, type, cancellationToken) : importer.WriteNullAsync(cancellationToken);

    private static async Task WriteNullsAsync(NpgsqlBinaryImporter importer, int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await importer.WriteNullAsync(cancellationToken);
        }
    }
}

/// <summary>A branch of the file; without a row when one of its cells is bad.</summary>
internal sealed record StagedBranch(int Line, string BranchCode, BranchRow? Row);
