<?php
/**
 * Thrown in tests in place of a redirect.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** The message is the address that wp_redirect() was to go to, the code its HTTP status. */
final class Redirect_Exception extends \Exception {
}
