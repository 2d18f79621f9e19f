using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists;

/// <summary>The conditions of a list with their values, which stay parameters; only our own words become SQL.</summary>
internal sealed class SqlConditions
{
    private readonly List<string> _conditions = [];
    private readonly List<(object Value, NpgsqlDbType Type)> _values = [];

    public string Where => _conditions.Count == 0 ? "" : "where " + string.Join("\n  and ", _conditions);

    public bool IsEmpty => _conditions.Count == 0;

    /// <summary>Whether any condition is about a table that goes by this name.</summary>
    public bool Mention(string table) => _conditions.Exists(c => c.Contains($"{table}.", StringComparison.Ordinal));

    public void Add(string condition) => _conditions.Add(condition);

    /// <summary>Keeps the value and says what stands for it.</summary>
    public string Value(object value, NpgsqlDbType type)
    {
        _values.Add((value, type));
        return $"${_values.Count}";
    }

    public SqlConditions Copy()
    {
        var copy = new SqlConditions();
        copy._conditions.AddRange(_conditions);
        copy._values.AddRange(_values);
        return copy;
    }

    public void Bind(NpgsqlParameterCollection parameters)
    {
        foreach (var (value, type) in _values)
        {
            parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        }
    }
}
