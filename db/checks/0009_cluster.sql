do $$
declare
    missing text;
begin
    if (select count(*) from registry_version) <> 1 then
        raise exception 'the registry must have one version';
    end if;
    begin
        insert into registry_version (only_one, version) values (true, 2);
        raise exception 'the registry could have two versions';
    exception when unique_violation then null;
    end;
    select string_agg(k, ', ') into missing
    from unnest(array['ReadFromStorageKey', 'WriteToStorageKey', 'ClearStorageKey', 'DeleteStorageKey', 'InsertMembershipVersionKey',
                      'InsertMembershipKey', 'UpdateMembershipKey', 'UpdateIAmAlivetimeKey', 'MembershipReadRowKey', 'MembershipReadAllKey',
                      'GatewaysQueryKey', 'DeleteMembershipTableEntriesKey', 'CleanupDefunctSiloEntriesKey']) k
    where not exists (select from orleansquery where querykey = k);
    if missing is not null then
        raise exception 'queries are missing: %', missing;
    end if;
end
$$;
