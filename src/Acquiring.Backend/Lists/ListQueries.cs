namespace Acquiring.Backend.Lists;

// Named as they are in the address. They say in the description of the HTTP interface which parameters there are. What came is read by ListParameters, whose refusals name the
// parameter and its legal values.

/// <summary>What merchants are listed by.</summary>
public sealed record MerchantListQuery(
    string? branch, string? state, string? mcc, string? township, string? lastActivityFrom, string? lastActivityTo, string? lastActivity,
    string? idleMonths, string? volumeMinFen, string? volumeMaxFen, string? tier, string? sort, string? order, string? cursor, string? limit, string? count);

/// <summary>What merchants are exported by.</summary>
public sealed record MerchantExportQuery(
    string? branch, string? state, string? mcc, string? township, string? lastActivityFrom, string? lastActivityTo, string? lastActivity,
    string? idleMonths, string? volumeMinFen, string? volumeMaxFen, string? tier, string? sort, string? order);

/// <summary>What terminals are listed by.</summary>
public sealed record TerminalListQuery(
    string? branch, string? state, string? mcc, string? township, string? lastActivityFrom, string? lastActivityTo, string? lastActivity,
    string? idleMonths, string? volumeMinFen, string? volumeMaxFen, string? tier, string? kind, string? merchantNo, string? sort, string? order, string? cursor, string? limit,
    string? count);

/// <summary>What terminals are exported by.</summary>
public sealed record TerminalExportQuery(
    string? branch, string? state, string? mcc, string? township, string? lastActivityFrom, string? lastActivityTo, string? lastActivity,
    string? idleMonths, string? volumeMinFen, string? volumeMaxFen, string? tier, string? kind, string? merchantNo, string? sort, string? order);

/// <summary>What is searched for.</summary>
public sealed record SearchQuery(string? q, string? limit);
