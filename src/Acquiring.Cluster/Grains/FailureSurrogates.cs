using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Cluster.Grains;

/// <summary>
/// What the edge tells refusals, outages and bugs by must be the same whether the grain that threw is in this silo or in another. Without
/// these Orleans delivers an exception of a type that it does not know as one that nobody catches.
/// </summary>
[GenerateSerializer, Alias("acquiring.refused")]
internal struct RefusedSurrogate
{
    [Id(0)]
    public Refusal Refusal;

    [Id(1)]
    public Exception? Cause;
}

[RegisterConverter]
internal sealed class RefusedConverter : IConverter<RefusedException, RefusedSurrogate>
{
    public RefusedException ConvertFromSurrogate(in RefusedSurrogate surrogate) =>
        surrogate.Cause is null ? new(surrogate.Refusal) : new(surrogate.Refusal, surrogate.Cause);

    public RefusedSurrogate ConvertToSurrogate(in RefusedException value) => new() { Refusal = value.Refusal, Cause = value.InnerException };
}

[GenerateSerializer, Alias("acquiring.postgres-error")]
internal struct PostgresErrorSurrogate
{
    [Id(0)]
    public string MessageText;

    [Id(1)]
    public string Severity;

    [Id(2)]
    public string SqlState;

    [Id(3)]
    public string? Table;

    [Id(4)]
    public string? Constraint;
}

/// <summary>Without <c>Detail</c> and <c>Where</c>, which quote rows.</summary>
[RegisterConverter]
internal sealed class PostgresErrorConverter : IConverter<PostgresException, PostgresErrorSurrogate>
{
    public PostgresException ConvertFromSurrogate(in PostgresErrorSurrogate surrogate) => new(
        surrogate.MessageText, surrogate.Severity, surrogate.Severity, surrogate.SqlState,
        tableName: surrogate.Table, constraintName: surrogate.Constraint);

    public PostgresErrorSurrogate ConvertToSurrogate(in PostgresException value) => new()
    {
        MessageText = value.MessageText,
        Severity = value.InvariantSeverity,
        SqlState = value.SqlState,
        Table = value.TableName,
        Constraint = value.ConstraintName,
    };
}

[GenerateSerializer, Alias("acquiring.npgsql-failure")]
internal struct NpgsqlFailureSurrogate
{
    [Id(0)]
    public string Message;

    [Id(1)]
    public Exception? Cause;
}

[RegisterConverter]
internal sealed class NpgsqlFailureConverter : IConverter<NpgsqlException, NpgsqlFailureSurrogate>
{
    public NpgsqlException ConvertFromSurrogate(in NpgsqlFailureSurrogate surrogate) => new(surrogate.Message, surrogate.Cause);

    public NpgsqlFailureSurrogate ConvertToSurrogate(in NpgsqlException value) => new() { Message = value.Message, Cause = value.InnerException };
}
