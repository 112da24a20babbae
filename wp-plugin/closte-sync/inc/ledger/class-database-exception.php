<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

defined( 'ABSPATH' ) || exit;

/**
 * The database is away, read-only, or lacks the table. Its message is the database's own.
 */
final class Database_Exception extends \RuntimeException {}
