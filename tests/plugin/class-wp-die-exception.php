<?php
/**
 * Thrown in tests in place of wp_die().
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** The message is what wp_die() was to show, the code its HTTP status. */
final class Wp_Die_Exception extends \Exception {
}
