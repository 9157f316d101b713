// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite.h"

#include "core/store/sqlite_error.h"

#include <sqlite3.h>
#include <utility>

namespace boolab::sqlite
{

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

void Statement::noteBind(int code)
{
    if (m_bindCode == SQLITE_OK) m_bindCode = code;
}

void Statement::bindInteger(int index, std::int64_t value)
{
    noteBind(sqlite3_bind_int64(m_statement.get(), index, value));
}

void Statement::bind(int index, double value)
{
    noteBind(sqlite3_bind_double(m_statement.get(), index, value));
}

void Statement::bind(int index, std::string_view value)
{
    // A null pointer would bind NULL instead of the empty text.
    const char* data = value.data() ? value.data() : "";
    noteBind(
        sqlite3_bind_text64(m_statement.get(), index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int index, std::span<const std::byte> value)
{
    const void* data = value.data() ? static_cast<const void*>(value.data()) : "";
    noteBind(sqlite3_bind_blob64(m_statement.get(), index, data, value.size(), SQLITE_TRANSIENT));
}

void Statement::bind(int index, std::nullopt_t)
{
    noteBind(sqlite3_bind_null(m_statement.get(), index));
}

Result<bool> Statement::step()
{
    const int code = m_bindCode == SQLITE_OK ? sqlite3_step(m_statement.get()) : m_bindCode;
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    sqlite3* database = sqlite3_db_handle(m_statement.get());
    const char* file = sqlite3_db_filename(database, "main");
    auto error = databaseError(code, sqlite3_errmsg(database), file ? file : "");
    reset();
    return error;
}

Status Statement::run()
{
    for (;;) {
        const auto more = step();
        if (!more) return std::unexpected(more.error());
        if (!*more) break;
    }
    reset();
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
    m_bindCode = SQLITE_OK;
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement.get(), column);
}

std::string Statement::text(int column) const
{
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column));
    return data ? std::string(data, size) : std::string();
}

std::span<const std::byte> Statement::blob(int column) const
{
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(m_statement.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column));
    return {data, data ? size : 0};
}

void Connection::Closer::operator()(sqlite3* database) const
{
    sqlite3_close_v2(database);
}

Result<Connection> Connection::open(const std::filesystem::path& file, std::chrono::milliseconds busyTimeout)
{
    return open(file, busyTimeout, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

Result<Connection> Connection::openReadOnly(const std::filesystem::path& file,
                                            std::chrono::milliseconds busyTimeout)
{
    return open(file, busyTimeout, SQLITE_OPEN_READONLY);
}

Result<Connection> Connection::open(const std::filesystem::path& file, std::chrono::milliseconds busyTimeout,
                                    int flags)
{
    sqlite3* database = nullptr;
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    const int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
    Connection connection;
    connection.m_database.reset(database);
    connection.m_file = file;
    if (code != SQLITE_OK) return connection.error(code);
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, static_cast<int>(busyTimeout.count()));
    return connection;
}

bool Connection::isReadOnly() const
{
    return sqlite3_db_readonly(m_database.get(), "main") == 1;
}

std::int64_t Connection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_database.get());
}

std::int64_t Connection::changes() const
{
    return sqlite3_changes64(m_database.get());
}

Status Connection::script(std::string_view sql)
{
    const int code = sqlite3_exec(m_database.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error(code);
    return {};
}

Result<Statement> Connection::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(m_database.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return error(code);
    return Statement(statement);
}

std::unexpected<Error> Connection::error(int code) const
{
    const char* detail = m_database ? sqlite3_errmsg(m_database.get()) : sqlite3_errstr(code);
    return databaseError(code, detail, m_file);
}

Result<Transaction> Transaction::begin(Connection& connection)
{
    if (auto begun = connection.script("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
    return Transaction(connection);
}

Transaction::~Transaction()
{
    // Some errors (a full disk) have rolled back already; a second ROLLBACK then fails harmlessly.
    if (m_connection) (void)m_connection->script("ROLLBACK");
}

Status Transaction::commit()
{
    auto committed = m_connection->script("COMMIT");
    if (committed) m_connection = nullptr;
    return committed;
}

} // namespace boolab::sqlite
